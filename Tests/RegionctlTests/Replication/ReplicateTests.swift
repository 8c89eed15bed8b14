import BackendSQLite
import Foundation
import RegionKitCore
import Testing

@Suite struct ReplicateTests {
    private static let regions: [Region] = ["us-east-1", "us-west-2"]
    private static let schema = TableSchema(name: "worksets", partitionKey: "id")
    private let tool: Tool

    init() throws {
        self.tool = try Tool()
        let regions = Self.regions.map { #"{"name": "\#($0)", "backend": "sqlite:\#($0).sqlite"}"# }
        let text =
            #"{"table": {"name": "worksets", "partitionKey": "id"}, "regions": [\#(regions.joined(separator: ","))]}"#
        try self.tool.write(text, to: "regionkit.json")
    }

    /// A store over the same files that carries nothing itself.
    private func open() async throws -> MultiRegionStore {
        let regions = try await SQLiteRegions.open(
            in: self.tool.folder.path,
            schema: Self.schema,
            regions: Self.regions
        )
        return try MultiRegionStore(schema: Self.schema, regions: regions.endpoints)
    }

    /// The names of the items that a region holds.
    private func names(in region: Region, _ store: MultiRegionStore) async throws -> Set<String> {
        var names: Set<String> = []
        var scan = Scan()
        repeat {
            let page = try await store.scan(scan, in: region)
            names.formUnion(page.items.compactMap { $0["id"]?.string })
            scan.next = page.next
        } while scan.next != nil
        return names
    }

    /// Items of the other region that a region holds: what was carried there.
    private func carried(to region: Region, _ store: MultiRegionStore) async throws -> Int {
        try await self.names(in: region, store).count { !$0.hasPrefix(region.name) }
    }

    private func applied(_ output: String) throws -> [Region: Int] {
        let document = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
        let links = try #require(document?["links"] as? [[String: Any]])
        return links.reduce(into: [:]) { applied, link in
            applied[Region(link["to"] as? String ?? ""), default: 0] += link["applied"] as? Int ?? 0
        }
    }

    @Test(arguments: [(SIGTERM, 0), (SIGINT, 130)] as [(Int32, Int32)])
    func `the daemon carries changes, tells what happens, and stops cleanly`(
        _ signal: Int32,
        _ code: Int32
    ) async throws {
        defer { self.tool.remove() }
        let daemon = try RunningTool(self.tool, ["replicate"])
        #expect(try await daemon.wait(for: "us-west-2 to us-east-1: carried by this process from now on\n"))
        let status = try await self.tool.run("status", "--json")
        #expect(status.document?["replication"] as? String == "elsewhere")
        let store = try await self.open()
        try await store.put(["id": "us-west-2-1"], in: "us-west-2")
        #expect(try await eventually { try await self.carried(to: "us-east-1", store) == 1 })
        await store.shutdown()
        #expect(await daemon.end(signal) == code)
        #expect(daemon.written.split(separator: "\n").last?.hasSuffix("1 changes applied") == true)
        #expect(!daemon.written.contains("\u{1B}"))
        let after = try await self.tool.run("status", "--json")
        #expect(after.document?["replication"] as? String == "nobody")
    }

    @Test func `a region that cannot be opened is told and tried again`() async throws {
        defer { self.tool.remove() }
        _ = try await self.tool.run("status")
        let file = self.tool.folder.appending(path: "us-west-2.sqlite")
        let good = try Data(contentsOf: file)
        // No database at all: SQLite never opens it, so that nobody holds it when the good one takes its place.
        try Data(repeating: 0xFF, count: 4096).write(to: file, options: .atomic)
        let daemon = try RunningTool(self.tool, ["replicate", "--json"])
        try await Task.sleep(for: .seconds(1.5))
        try good.write(to: file, options: .atomic)
        let store = try await self.open()
        try await store.put(["id": "us-west-2-1"], in: "us-west-2")
        #expect(try await eventually { try await self.carried(to: "us-east-1", store) == 1 })
        await store.shutdown()
        #expect(await daemon.end(SIGTERM) == 0)
        #expect(try await Schemas.problems(of: [("replicate", daemon.written)], self.tool) == [])
        #expect(try self.applied(daemon.written) == ["us-east-1": 1, "us-west-2": 0])
    }

    @Test func `fault 11 when a daemon is killed under load another takes over, and nothing is lost or done twice`()
        async throws
    {
        defer { self.tool.remove() }
        let first = try RunningTool(self.tool, ["replicate"])
        #expect(try await first.wait { $0.components(separatedBy: "carried by this process").count == 3 })
        let second = try RunningTool(self.tool, ["replicate", "--json"])
        let store = try await self.open()
        let load = Task {
            for number in 0... {
                try Task.checkCancellation()
                for region in Self.regions { try await store.put(["id": .string("\(region)-\(number)")], in: region) }
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        try await Task.sleep(for: .seconds(1))
        // Nobody takes over before it is counted what the first one has carried.
        kill(second.id, SIGSTOP)
        #expect(await first.end(SIGKILL) == SIGKILL)
        let killed = ContinuousClock.now
        var before: [Region: Int] = [:]
        for region in Self.regions { before[region] = try await self.carried(to: region, store) }
        kill(second.id, SIGCONT)
        for region in Self.regions {
            #expect(try #require(before[region]) > 0)
            #expect(try await eventually { try await self.carried(to: region, store) > before[region] ?? 0 })
        }
        #expect(killed.duration(to: .now) < .seconds(5))
        load.cancel()
        _ = await load.result
        var names: [Set<String>] = []
        let isEqual = try await eventually {
            names = []
            for region in Self.regions { names.append(try await self.names(in: region, store)) }
            return names[0] == names[1]
        }
        #expect(isEqual)
        #expect(await second.end(SIGTERM) == 0)
        let applied = try self.applied(second.written)
        for region in Self.regions {
            let foreign = names[0].count { !$0.hasPrefix(region.name) }
            #expect(applied[region] == foreign - (before[region] ?? 0), "each change was applied once")
        }
        for region in Self.regions {
            let own = names[0].filter { $0.hasPrefix(region.name) }
            #expect(own == Set((0..<own.count).map { "\(region)-\($0)" }), "none is missing")
        }
        await store.shutdown()
    }
}
