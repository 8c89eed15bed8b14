import BackendSQLite
import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct BenchTests {
    private static let regions: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    private let tool: Tool

    init() throws {
        self.tool = try Tool()
        try self.write(table: #"{"name": "worksets", "partitionKey": "workset_id"}"#)
    }

    private func write(table: String) throws {
        let regions = Self.regions.map { #"{"name": "\#($0)", "backend": "sqlite:\#($0).sqlite"}"# }
        let configuration = """
            {"table": \(table), "regions": [\(regions.joined(separator: ","))], "deadline": "3s",
             "health": {"checkInterval": "200ms", "recoveryThreshold": 1, "cooldown": "300ms",
                        "failbackDelay": "300ms", "failbackSteps": "3s"}}
            """
        try self.tool.write(configuration, to: "regionkit.json")
    }

    /// The rows that a region holds, deleted ones included.
    private func rows(_ region: Region, _ schema: TableSchema) async throws -> [ReplicaRow] {
        let path = self.tool.folder.appending(path: "\(region).sqlite").path
        let store = try SQLiteStore.open(SQLiteStore.Configuration(path: path, region: region, schema: schema))
        let time = SystemTime()
        let context = AttemptContext(
            deadline: time.now.advanced(by: .seconds(5)),
            operation: OperationID(high: 0, low: 0),
            time: time
        )
        let rows = try await store.allRows(after: nil, limit: 100_000, in: context)
        await store.shutdown()
        return rows
    }

    private func number(_ document: [String: Any]?, _ name: String) -> Int? { document?[name] as? Int }

    @Test func `a bench counts what it does, and leaves nothing but tombstones`() async throws {
        defer { self.tool.remove() }
        let outcome = try await self.tool.run("bench", "--for", "1s", "--rate", "100", "--reads", "50%", "--json")
        #expect(outcome.code == 0)
        let report = try #require(outcome.document)
        #expect(self.number(report, "operations") == 100)
        #expect((self.number(report, "reads") ?? 0) + (self.number(report, "writes") ?? 0) == 100)
        #expect(self.number(report, "errors") == 0)
        #expect(self.number(report, "lostItems") == 0)
        let regions = try #require(report["regions"] as? [[String: Any]])
        #expect(regions.compactMap { $0["reads"] as? Int } == [self.number(report, "reads"), 0, 0])
        let schema = TableSchema(name: "worksets", partitionKey: "workset_id")
        for region in Self.regions {
            let rows = try await self.rows(region, schema)
            #expect(!rows.isEmpty)
            #expect(rows.allSatisfy { $0.item == nil })
        }
    }

    @Test func `others' items stay, whatever the types of the keys`() async throws {
        defer { self.tool.remove() }
        try self.write(
            table:
                #"{"name": "numbers", "partitionKey": {"name": "p", "type": "N"}, "sortKey": {"name": "s", "type": "B"}}"#
        )
        let schema = TableSchema(name: "numbers", partitionKey: .init("p", .number), sortKey: .init("s", .binary))
        let regions = try await SQLiteRegions.open(in: self.tool.folder.path, schema: schema, regions: Self.regions)
        let store = try MultiRegionStore(schema: schema, regions: regions.endpoints)
        try await store.put(["p": 1, "s": .binary([0]), "note": "mine"])
        await store.shutdown()
        let outcome = try await self.tool.run("bench", "--for", "500ms", "--concurrency", "4", "--reads", "0%")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("\nNo operation failed.\n"))
        #expect(outcome.output.contains(" items were written; none lost an acknowledged write.\n"))
        let live = try await self.rows("us-west-2", schema).filter { $0.item != nil }
        #expect(live.map { $0.item?["note"] } == ["mine"])
    }

    @Test func `Ctrl-C ends the load, and the items are removed all the same`() async throws {
        defer { self.tool.remove() }
        let bench = try RunningTool(self.tool, ["bench", "--for", "60s", "--rate", "50", "--reads", "0%", "--json"])
        let path = self.tool.folder.appending(path: "eu-west-1.sqlite").path
        #expect(try await eventually { FileManager.default.fileExists(atPath: path) })
        try await Task.sleep(for: .seconds(1))
        #expect(await bench.end() == 130)
        let report = try JSONSerialization.jsonObject(with: Data(bench.written.utf8)) as? [String: Any]
        #expect(report?["interrupted"] as? Bool == true)
        #expect(self.number(report, "itemsLeft") == 0)
        #expect(self.number(report, "errors") == 0)
        let rows = try await self.rows("us-west-2", TableSchema(name: "worksets", partitionKey: "workset_id"))
        #expect(!rows.isEmpty && rows.allSatisfy { $0.item == nil })
    }

    @Test func `callers see no error while the primary is out, and reads return in steps`() async throws {
        defer { self.tool.remove() }
        let bench = try RunningTool(self.tool, ["bench", "--for", "25s", "--rate", "100", "--json"])
        let database = self.tool.folder.appending(path: "us-west-2.sqlite").path
        #expect(try await eventually { FileManager.default.fileExists(atPath: database) })
        try await Task.sleep(for: .seconds(2))
        try SQLiteEmulation(fault: .init(.outage)).save(for: database)
        try await Task.sleep(for: .seconds(3))
        try SQLiteEmulation.none.save(for: database)
        #expect(try await bench.wait { !$0.isEmpty })
        #expect(await bench.end(0) == 0)
        #expect(try await Schemas.problems(of: [("bench", bench.written)], self.tool) == [])
        let report = try JSONSerialization.jsonObject(with: Data(bench.written.utf8)) as? [String: Any]
        #expect(self.number(report, "errors") == 0)
        #expect(self.number(report, "lostItems") == 0)
        #expect(try #require(self.number(report, "movedOn")) > 0)
        let events = try #require(report?["events"] as? [[String: Any]])
        let told = events.map { "\($0["event"] ?? "") \($0["region"] ?? "")" }
        #expect(told.starts(with: ["unhealthy us-west-2", "routeChanged us-east-1"]), "\(told)")
        // Writes may return before reads have recovered.
        #expect(told.dropFirst(2).contains("recovered us-west-2"), "\(told)")
        let timeline = try #require(report?["timeline"] as? [[String: Any]])
        let shares = timeline.compactMap { bucket -> Double? in
            guard let reads = bucket["reads"] as? [String: Int], !reads.isEmpty else { return nil }
            return Double(reads["us-west-2"] ?? 0) / Double(reads.values.reduce(0, +))
        }
        #expect(shares.first == 1)
        #expect(shares.contains { $0 < 0.01 }, "\(shares)")
        // A step is longer than two of these buckets, so that one of them has nothing else.
        #expect(shares.contains { $0 > 0.02 && $0 < 0.3 }, "\(shares)")
        #expect(shares.last.map { $0 > 0.3 } == true, "\(shares)")
    }

    @Test func `an acknowledged write that is gone at the end is found`() async throws {
        defer { self.tool.remove() }
        let schema = TableSchema(name: "worksets", partitionKey: "workset_id")
        let regions = try await SQLiteRegions.open(in: self.tool.folder.path, schema: schema, regions: Self.regions)
        let store = try MultiRegionStore(schema: schema, regions: regions.endpoints)
        let bench = try RunningTool(self.tool, ["bench", "--for", "1s", "--rate", "100", "--reads", "0%", "--json"])
        let isOver = try await eventually {
            for item in try await store.scan().items {
                if let id = item["workset_id"] { try await store.delete(Key(id)) }
            }
            return !bench.written.isEmpty
        }
        #expect(isOver)
        await store.shutdown()
        #expect(await bench.end(0) == 1)
        let report = try JSONSerialization.jsonObject(with: Data(bench.written.utf8)) as? [String: Any]
        #expect(try #require(self.number(report, "lostItems")) > 0)
        #expect(self.number(report, "errors") == 0)
    }

    @Test func `a rate that is too high does not make the bench longer, and what it misses is counted`() async throws {
        defer { self.tool.remove() }
        let outcome = try await self.tool.run(
            ["bench", "--for", "500ms", "--rate", "100000", "--concurrency", "2", "--json"]
        )
        #expect(outcome.code == 0)
        let operations = try #require(self.number(outcome.document, "operations"))
        #expect(operations + (self.number(outcome.document, "missed") ?? 0) == 50_000)
        #expect(operations < 50_000)
        #expect(try #require(outcome.document?["seconds"] as? Double) < 5)
    }

    @Test func `a table that no region serves fails every operation, and says so`() async throws {
        defer { self.tool.remove() }
        _ = try await self.tool.run("status")
        for region in Self.regions {
            let database = self.tool.folder.appending(path: "\(region).sqlite").path
            let end = SystemTime().wallMilliseconds + 2500
            try SQLiteEmulation(fault: .init(.outage, endMilliseconds: end)).save(for: database)
        }
        let outcome = try await self.tool.run("bench", "--for", "500ms", "--rate", "20", "--json")
        #expect(outcome.code == 1)
        #expect(try #require(self.number(outcome.document, "errors")) > 0)
        let codes = try #require(outcome.document?["errorsByCode"] as? [String: Int])
        #expect(codes.values.reduce(0, +) == self.number(outcome.document, "errors"))
    }
}
