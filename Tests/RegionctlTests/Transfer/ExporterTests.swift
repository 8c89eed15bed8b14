import BackendSQLite
import Foundation
import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ExporterTests {
    private func failure(_ body: () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return Failure(error)
        }
    }

    @Test(arguments: ["out.json", "out.json.gz"])
    func `items of all types come back from an export as they were`(_ name: String) async throws {
        let fixture = try await TransferFixture()
        let item: Item = [
            "id": "é\u{0}\"\\\n😀", "number": .number(try #require(Number("-1.25E-100"))), "bytes": .binary([0, 255]),
            "truth": true, "nothing": .null, "list": [1, "a", ["b": [.null]]], "map": ["x": ["y": 3]],
            "texts": .stringSet(["a", "b"]), "numbers": .numberSet([1, 2]), "blobs": .binarySet([[1], [2, 3]]),
        ]
        try await fixture.store.put(item)
        for index in 0..<100 { try await fixture.store.put(["id": .string("k\(index)"), "n": 1]) }
        let report = try await fixture.export(to: name)
        #expect(report.items == 101)
        let other = try await TransferFixture()
        #expect(try await other.run("../\(fixture.folder.lastPathComponent)/\(name)")["items"] == 101)
        #expect(try await other.store.get(Key(.string("é\u{0}\"\\\n😀"))).item == item)
        #expect(try await other.count() == 101)
    }

    @Test func `an export is in the order of keys, and equal items give equal bytes in every region`() async throws {
        let schema = TableSchema(name: "table", partitionKey: .init("id", .number), sortKey: "part")
        let fixture = try await TransferFixture(["us-west-2", "us-east-1"], schema: schema)
        for (id, part) in [("10", "b"), ("9", "é"), ("-1", "z"), ("10", "B"), ("9", "z"), ("0.5", "a")] {
            let number = try #require(Number(id))
            let set = AttributeValue.stringSet(["x", "y", "z", "w"])
            try await fixture.store.put(["id": .number(number), "part": .string(part), "set": set, "a": 1, "b": 2])
        }
        #expect(try await fixture.regions.replicator.settle(within: .seconds(60)))
        var texts: [String] = []
        for region in fixture.store.regions {
            let report = try await fixture.export(to: "\(region).json", region: region, isSorted: true)
            #expect(report.region == region)
            texts.append(try fixture.text("\(region).json"))
            #expect(report.bytes == texts.last?.utf8.count)
        }
        #expect(texts[0] == texts[1])
        let keys = texts[0].split(separator: "\n").map { $0.contains(/"id":{"N":"10"}.*"part":{"S":"B"}/) }
        #expect(keys == [false, false, false, false, true, false])
        #expect(texts[0].hasPrefix(#"{"Item":{"a":{"N":"1"},"b":{"N":"2"},"id":{"N":"-1"},"part":{"S":"z"},"#))
        #expect(texts[0].contains(#""set":{"SS":["w","x","y","z"]}}}"# + "\n"))
    }

    @Test func `an export is of one moment while writers go on`() async throws {
        let fixture = try await TransferFixture()
        // Between the two counters stand more items than a page has.
        for index in 0..<2500 { try await fixture.store.put(["id": .string("k\(index)")]) }
        for id in ["a", "z"] { try await fixture.store.put(["id": .string(id), "n": 100]) }
        let writer = Task {
            while !Task.isCancelled {
                _ = try? await fixture.store.transact([
                    .update("a", Update().add("n", -1)), .update("z", Update().add("n", 1)),
                ])
            }
        }
        for round in 0..<10 {
            let report = try await fixture.export(to: "out-\(round).json")
            #expect(report.isConsistent)
            let numbers = try fixture.text("out-\(round).json").matches(of: /"n":{"N":"(-?[0-9]+)"}/).map { Int($0.1) }
            #expect(numbers.compactMap(\.self).reduce(0, +) == 200)
            #expect(numbers.count == 2)
        }
        writer.cancel()
        await writer.value
        #expect(try await fixture.store.get("z").item?["n"]?.number ?? 0 > 110)
    }

    @Test func `deleted and expired items are left out`() async throws {
        let fixture = try await TransferFixture()
        let now = SystemTime().wallMilliseconds / 1000
        try await fixture.store.put(["id": "live", "until": .number(Number(now + 3600))])
        try await fixture.store.put(["id": "expired", "until": .number(Number(now - 10))])
        try await fixture.store.put(["id": "deleted"])
        try await fixture.store.delete("deleted")
        for asFiles in [true, false] {
            let report = try await fixture.export(to: "\(asFiles).json", asFiles: asFiles)
            #expect(report.items == 1)
            #expect(report.isConsistent == asFiles)
            #expect(try fixture.text("\(asFiles).json").contains("\"live\""))
        }
    }

    @Test func `a region that is no file is scanned, and says so`() async throws {
        let fixture = try await TransferFixture()
        for index in 0..<300 {
            try await fixture.store.put(["id": .string("k\(index)"), "x": .string(String(repeating: "x", count: 5000))])
        }
        let report = try await fixture.export(to: "out.json", asFiles: false)
        #expect(report.items == 300)
        #expect(!report.isConsistent)
        let failure = await self.failure { try await fixture.export(to: "sorted.json", isSorted: true, asFiles: false) }
        #expect(failure?.message.contains("cannot be read in the order of its keys") == true)
    }

    @Test func `without --region it is the region that reads go to, and a failed one is passed over`() async throws {
        let fixture = try await TransferFixture(["us-west-2", "us-east-1"])
        try await fixture.store.put(["id": "k"])
        #expect(try await fixture.regions.replicator.settle(within: .seconds(60)))
        #expect(try await fixture.export(to: "one.json").region == "us-west-2")
        fixture.regions.stores[0].emulate(fault: .outage)
        #expect(try await fixture.export(to: "two.json").region == "us-east-1")
        let failure = await self.failure { try await fixture.export(to: "three.json", region: "us-west-2") }
        #expect(failure?.exit == .noRegion)
        #expect(!fixture.exists("three.json"))
    }

    @Test(arguments: ["out.json", "out.json.gz"])
    func `a region that fails in the middle leaves no file behind, and no half one`(_ name: String) async throws {
        let fixture = try await TransferFixture()
        for index in 0..<2500 { try await fixture.store.put(["id": .string("k\(index)")]) }
        let control = fixture.regions.stores[0]
        let names = { try FileManager.default.contentsOfDirectory(atPath: fixture.folder.path) }
        // The first page and what chose the region are read, the second page is not.
        let time = TurningTime(at: 3) { control.emulate(fault: .outage) }
        let output = try ExportOutput(fixture.path(name), replaces: false, environment: ["PATH": "/usr/bin:/bin"])
        var exporter = Exporter(
            fixture.store,
            files: fixture.regions.stores,
            to: name,
            output,
            fixture.console,
            time: time
        )
        let failure = await self.failure { _ = try await exporter.run(nil, isSorted: false) }
        #expect(failure?.exit == .noRegion)
        #expect(failure?.message.contains("us-west-2") == true)
        #expect(try names() == ["data"])
    }

    @Test func `a file that is there stays, unless it may be replaced`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write("old", to: "out.json")
        let failure = await self.failure { try await fixture.export(to: "out.json") }
        #expect(failure?.exit == .usage)
        #expect(failure?.message.contains("--force") == true)
        #expect(try fixture.text("out.json") == "old")
        try await fixture.export(to: "out.json", replaces: true)
        #expect(try fixture.text("out.json") == "")
        for name in ["no-folder/out.json", "data"] {
            let failure = await self.failure { try await fixture.export(to: name, replaces: true) }
            #expect(failure?.message.contains(name) == true)
        }
        let none = await self.failure { try await fixture.export(to: "out.json.gz", environment: ["PATH": ""]) }
        #expect(none?.message.contains("apt-get install gzip") == true)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: fixture.folder.path)) == ["data", "out.json"])
    }
}
