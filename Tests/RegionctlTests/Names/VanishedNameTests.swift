import Foundation
import RegionKitTesting
import Testing

/// The name of the first region is one that the system itself loses: row 2 of the faults, H13.
@Suite(
    .enabled(if: NamedRegions.isAvailable, "REGIONKIT_DYNAMODB_PEER or libnss-wrapper is missing; see Scripts/test."),
    .timeLimit(.minutes(10))
)
struct VanishedNameTests {
    /// Longer than libcurl remembers an address.
    private static let memory = Duration.seconds(11)

    private struct Report {
        let errors: Int?
        let movedOn: Int
        /// By region.
        let reads: [Int]
        let slowest: Double
        let events: [String]

        init(_ text: String) throws {
            let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
            self.errors = document?["errors"] as? Int
            self.movedOn = try #require(document?["movedOn"] as? Int)
            self.reads = try #require(document?["regions"] as? [[String: Any]]).compactMap { $0["reads"] as? Int }
            let latencies = (document?["latencyMs"] as? [String: Any])?["reads"] as? [String: Any]
            self.slowest = try #require(latencies?["max"] as? Double)
            let events = try #require(document?["events"] as? [[String: Any]])
            self.events = events.map { "\($0["event"] ?? "") \($0["region"] ?? "")" }
        }
    }

    /// Waits until a region gives some more answers.
    private func go(on proxy: FaultProxy) async throws {
        let before = proxy.answers
        #expect(try await eventually { proxy.answers > before + 50 })
    }

    /// Ends the reading.
    private func end(_ bench: RunningTool) async throws -> Report {
        #expect(await bench.end() == 130)
        let report = try Report(bench.written)
        #expect(report.errors == 0 && report.reads.reduce(0, +) > 100, "\(report)")
        return report
    }

    /// Reads until the name has been gone for longer than it is remembered, over the connections of before.
    private func readWithoutName(_ bench: RunningTool, _ regions: NamedRegions) async throws {
        try await self.go(on: regions.proxies[0])
        try await regions.forgetPrimary()
        let connections = regions.proxies[0].connections
        try await Task.sleep(for: Self.memory)
        try await self.go(on: regions.proxies[0])
        #expect(regions.proxies[0].connections == connections)
        #expect(try !regions.names.areUsed(by: bench.id))
    }

    @Test func `H13 reads go on in the primary without its name, over open and over new connections`() async throws {
        // On a machine that is busy, connecting may fail some times by itself.
        let regions = try await NamedRegions(failoverThreshold: 20)
        defer { regions.close() }
        let bench = try await regions.startReading()
        try await self.readWithoutName(bench, regions)
        let connections = regions.proxies[0].connections
        regions.proxies[0].cut()
        try await self.go(on: regions.proxies[0])
        #expect(regions.proxies[0].connections > connections)
        #expect(try regions.names.areUsed(by: bench.id))
        let report = try await self.end(bench)
        // It was never given up; what was under way when the connections ended has moved on.
        #expect(report.events == [] && report.reads[1] + report.reads[2] == report.movedOn, "\(report)")
    }

    @Test func `H13 a resolver that never answers is not waited for where an address is known`() async throws {
        var slowest: [Double] = []
        // Again where a busy machine has held up a read, or one was under way when the connections ended.
        for _ in 0..<5 where slowest.last ?? .infinity >= 900 {
            let regions = try await NamedRegions(failoverThreshold: 20)
            defer { regions.close() }
            let bench = try await regions.startReading()
            try await self.go(on: regions.proxies[0])
            try regions.names.hang()
            // What libcurl remembers goes.
            try await Task.sleep(for: Self.memory)
            let connections = regions.proxies[0].connections
            regions.proxies[0].cut()
            try await self.go(on: regions.proxies[0])
            #expect(regions.proxies[0].connections > connections)
            slowest.append(try await self.end(bench).slowest)
        }
        // Less than connecting may take, in milliseconds; the look-up has a quarter of that.
        #expect(slowest.contains { $0 < 900 }, "\(slowest)")
    }

    @Test(arguments: [FaultProxy.Mode.refuse, .silent])
    func `without its name and its server, a read costs one attempt, waits once, and goes on`(
        _ mode: FaultProxy.Mode
    ) async throws {
        let regions = try await NamedRegions()
        defer { regions.close() }
        let bench = try await regions.startReading()
        try await self.readWithoutName(bench, regions)
        let connections = regions.proxies[0].connections
        try regions.proxies[0].set(mode)
        regions.proxies[0].cut()
        try await self.go(on: regions.proxies[1])
        #expect(try regions.names.areUsed(by: bench.id))
        let report = try await self.end(bench)
        // Three make the region unhealthy; a busy machine may add some that had nothing to do with it.
        #expect((1...5).contains(report.movedOn) && report.reads[2] <= 1, "\(report)")
        #expect(report.events.starts(with: ["unhealthy us-west-2", "routeChanged us-east-1"]), "\(report)")
        // No read has tried to connect twice, and none has waited for the attempt's time.
        let tries = regions.proxies[0].connections - connections
        #expect((mode == .refuse ? 0...0 : 1...report.movedOn).contains(tries), "\(tries) of \(report)")
        #expect(report.slowest < 30_000, "\(report)")
    }

    @Test func `a process that starts without the name reads in the next region with its first call`() async throws {
        let regions = try await NamedRegions()
        defer { regions.close() }
        try await regions.forgetPrimary()
        var shortest: [String]?
        for _ in 0..<3 {
            let outcome = try await regions.run(["get", "k", "--json", "--trace"])
            #expect(outcome.code == 0 && outcome.document?["item"] is [String: Any], "\(outcome)")
            #expect(outcome.errors.contains("Could not resolve host"), "\(outcome.errors)")
            let attempts = try #require(outcome.document?["attempts"] as? [[String: Any]])
            let told = attempts.map { "\($0["region"] ?? "") \($0["class"] ?? "")" }
            shortest = if let shortest, shortest.count <= told.count { shortest } else { told }
        }
        // On a busy machine the next region may not connect in time either.
        #expect(shortest == ["us-west-2 notSent", "us-east-1 ok"])
    }
}
