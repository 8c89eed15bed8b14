import BackendSQLite
import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@Suite struct SQLiteRegionsTests {
    private static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    private func open(
        _ names: [Region] = Self.names,
        time: any TimeSource = SystemTime()
    ) async throws -> SQLiteRegions {
        try await SQLiteRegions.open(
            in: self.folder.path + "/data",
            schema: TestFolder.schema,
            regions: names,
            time: time
        )
    }

    @Test func `regions of a new folder take a write at once, and it arrives everywhere`() async throws {
        let regions = try await self.open()
        let mode = try FileManager.default.attributesOfItem(atPath: self.folder.path + "/data")[.posixPermissions]
        #expect(mode as? NSNumber == 0o700)
        let store = try MultiRegionStore(schema: TestFolder.schema, regions: regions.endpoints, services: [regions])
        let written = try await store.put(["id": "a", "part": "1", "note": "x"])
        #expect(written.region == "us-west-2")
        #expect(try await regions.replicator.settle(within: .seconds(60)))
        for name in Self.names {
            let read = try await store.get(.test("a", "1"), in: name)
            #expect(read.item?["note"] == "x")
            #expect(read.version == written.version)
        }
        await store.shutdown(drain: .seconds(1))
    }

    @Test func `what happens to replication is told, from the opening on`() async throws {
        let events = Mutex<[String]>([])
        let regions = try await SQLiteRegions.open(
            in: self.folder.path + "/data",
            schema: TestFolder.schema,
            regions: Self.names,
            onEvent: { event in events.withLock { $0.append("\(event)") } }
        )
        #expect(events.withLock { $0.sorted() } == Self.names.map { "\($0) answers and takes writes" }.sorted())
        await regions.shutdown()
    }

    @Test func `C5 what three regions accept meets and ends in one state, deletes and indexes too`() async throws {
        let regions = try await self.open()
        for round in 0..<30 {
            for (place, store) in regions.stores.enumerated() {
                let key = Key.test("a\(round % 5)")
                if (round + place).isMultiple(of: 4) {
                    try await store.delete(key)
                } else {
                    try await store.put(key, ["state": .string("s\(place)"), "priority": .number(Number(round))])
                }
            }
            if round.isMultiple(of: 7) { await regions.replicator.replicateOnce() }
        }
        #expect(try await regions.replicator.settle(within: .seconds(60)))
        let rows = try await regions.stores[0].allRows(after: nil, limit: 100, in: .test())
        for store in regions.stores {
            #expect(try await store.allRows(after: nil, limit: 100, in: .test()) == rows)
            for state in ["s0", "s1", "s2"] {
                let range = ReplicaRange(.index("by-state", .string(state)))
                let found = try await store.rows(in: range, limit: 100, in: .test())
                #expect(Set(found.map(\.key)) == Set(rows.filter { $0.item?["state"] == .string(state) }.map(\.key)))
            }
        }
        await regions.shutdown()
    }

    @Test func `fault 12 a cut link from a control file holds changes back until it is healed`() async throws {
        let regions = try await self.open(["us-west-2", "us-east-1"])
        let (west, east) = (regions.stores[0], regions.stores[1])
        let work = Task { try await regions.run() }
        try SQLiteEmulation(links: ["us-east-1": .init(LinkCondition(isCut: true))]).save(for: west.path)
        while regions.replicator.links().allSatisfy({ !$0.condition.isCut }) { await Task.yield() }
        try await west.put(.test("a"))
        try await east.put(.test("b"))
        while try await west.item(.test("b")) == nil { await Task.yield() }
        #expect(try await east.item(.test("a")) == nil)
        try SQLiteEmulation.none.save(for: west.path)
        while try await east.item(.test("a")) == nil { await Task.yield() }
        work.cancel()
        try await work.value
        await regions.shutdown()
    }

    @Test func `fault 18 a region whose file was lost takes no writes before it has merged, and ends equal`()
        async throws
    {
        let first = try await self.open()
        for index in 0..<50 { try await first.stores[index % 3].put(.test("a\(index)")) }
        #expect(try await first.replicator.settle(within: .seconds(60)))
        await first.shutdown()
        try FileManager.default.removeItem(atPath: first.stores[0].path)
        let store = try SQLiteStore.open(
            .init(path: first.stores[0].path, region: "us-west-2", schema: TestFolder.schema)
        )
        #expect(await Result { try await store.put() }.failure?.code == .notReady)
        await store.shutdown()
        let second = try await self.open()
        let rows = try await second.stores[0].allRows(after: nil, limit: 100, in: .test())
        #expect(rows.count == 50)
        #expect(rows == (try await second.stores[1].allRows(after: nil, limit: 100, in: .test())))
        try await second.stores[0].put(.test("new"))
        #expect(try await second.replicator.settle(within: .seconds(60)))
        #expect(try await second.stores[2].item(.test("new")) != nil)
        await second.shutdown()
    }

    @Test func `fault 18 a region restored from an old copy is recognised, merges and ends equal`() async throws {
        let first = try await self.open()
        let path = first.stores[0].path
        for index in 0..<20 { try await first.stores[0].put(.test("a\(index)")) }
        #expect(try await first.replicator.settle(within: .seconds(60)))
        await first.shutdown()
        try FileManager.default.copyItem(atPath: path, toPath: path + ".copy")
        let second = try await self.open()
        for index in 20..<40 { try await second.stores[0].put(.test("a\(index)")) }
        #expect(try await second.replicator.settle(within: .seconds(60)))
        let lost = try await second.stores[0].status(in: .test()).head
        await second.shutdown()
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: path + ".copy", toPath: path)
        let third = try await self.open()
        let head = try await third.stores[0].status(in: .test()).head
        #expect(head.incarnation > lost.incarnation)
        let rows = try await third.stores[0].allRows(after: nil, limit: 100, in: .test())
        #expect(rows.count == 40)
        try await third.stores[0].put(.test("new"))
        #expect(try await third.replicator.settle(within: .seconds(60)))
        #expect(try await third.stores[1].allRows(after: nil, limit: 100, in: .test()).count == 41)
        await third.shutdown()
    }

    @Test(arguments: [["../x"], ["a", "B"], [""]])
    func `security 4 a region of an invalid name makes no file and no folder`(names: [String]) async throws {
        await #expect(throws: BackendError.self) { try await self.open(names.map { Region($0) }) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: self.folder.path).isEmpty)
    }

    @Test func `a folder that cannot be used is named with the cause`() async throws {
        let file = self.folder.path + "/file"
        #expect(FileManager.default.createFile(atPath: file, contents: nil))
        for (path, message) in [
            (file, "\(file) is not a folder; choose another name."),
            (file + "/data", "\(file)/data cannot be created: "),
        ] {
            let error = await #expect(throws: BackendError.self) {
                try await SQLiteRegions.open(in: path, schema: TestFolder.schema, regions: Self.names)
            }
            #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `security 4 a folder that is a symbolic link is refused, with and without a slash at its end`()
        async throws
    {
        let link = self.folder.path + "/link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: self.folder.path)
        for path in [link, link + "/", "", "a\u{0}b"] {
            await #expect(throws: BackendError.self) {
                try await SQLiteRegions.open(in: path, schema: TestFolder.schema, regions: Self.names)
            }
        }
    }
}
