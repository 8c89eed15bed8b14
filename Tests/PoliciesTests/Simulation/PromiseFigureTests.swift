import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

/// Promises that are figures, measured in the example scenarios.
struct PromiseFigureTests {
    private static func scenario(_ name: String) throws -> Scenario {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Examples/Scenarios")
        return try Scenario.load(root.appending(path: "\(name).json").standardizedFileURL.path)
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `H8 a hundred clients do not come back at once`(seed: UInt64) throws {
        var scenario = try Self.scenario("failback-herd")
        scenario.clients[0].rate = 1
        scenario.duration = .seconds(270)
        scenario.faults[0].start = .seconds(60)
        scenario.faults[0].duration = .seconds(60)
        let report = try Simulation(scenario, seed: seed).run()
        #expect(report.violations.isEmpty)
        let arrivals = report.timeline.dropFirst(120).map { $0.arrivals[0] }
        #expect(arrivals.reduce(0, +) == 100, "Every client's writes come back once.")
        let most = try #require(arrivals.max())
        #expect(most <= 15)
        // Of a load of a hundred random operations a second a single second says little; five do.
        func loads(_ seconds: ArraySlice<SimulationReport.Second>) -> [Double] {
            let attempts = seconds.map { $0.attempts[0] }
            return attempts.indices.dropLast(4).map { Double(attempts[$0..<$0 + 5].reduce(0, +)) / 5 }
        }
        let before = loads(report.timeline[5..<60])
        let steady = before.reduce(0, +) / Double(before.count)
        let peak = try #require(loads(report.timeline.dropFirst(120)).max()) / steady
        #expect(peak <= 1.2)
        print(
            "H8, seed \(seed): at most \(most) % of the clients came back within a second; peak \(peak) of the steady load"
        )
    }

    @Test func `H11 a region that flaps for ten minutes moves each client away and back once`() throws {
        var scenario = try Self.scenario("flapping")
        for index in scenario.clients.indices { scenario.clients[index].count = 4 }
        let report = try Simulation(scenario).run()
        #expect(report.violations.isEmpty)
        let flapping = report.timeline[180..<780].map { $0.arrivals[0] }.reduce(0, +)
        #expect(flapping == 0, "No writes return while it flaps.")
        #expect(report.routeChanges <= 12 * 4, "Reads and writes of each client leave once and return once.")
        print(
            "H11: \(report.routeChanges) route changes of 12 clients' reads and writes in all, none back while it flaps"
        )
    }

    @Test
    func `F6 a total outage causes few attempts beyond one each, H10 errors that tell why, and service afterwards`()
        throws
    {
        var scenario = try Self.scenario("total-outage")
        scenario.clients = [scenario.clients[0]]
        scenario.clients[0].count = 4
        scenario.clients[0].rate = 25
        scenario.duration = .seconds(180)
        scenario.faults[0].start = .seconds(30)
        let report = try Simulation(scenario).run()
        #expect(report.violations.isEmpty)
        #expect(report.outage.operations > 4000)
        #expect(Double(report.outage.extraAttempts) <= report.outage.bound)
        #expect(report.timeline[31..<90].allSatisfy { $0.served.reduce(0, +) == 0 })
        #expect(report.timeline.last.map { $0.errors } == 0)
        print(
            "F6: \(report.outage.extraAttempts) attempts beyond \(report.outage.operations) operations, bound \(report.outage.bound)"
        )
    }
}
