import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendSQLite

@Suite struct SnapshotTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    private func all(_ snapshot: SQLiteSnapshot, limit: Int = 1000) async throws -> [Item] {
        var items: [Item] = []
        while true {
            let page = try await snapshot.nextItems(limit: limit, in: .test())
            if page.isEmpty { return items }
            #expect(page.count <= limit)
            items += page
        }
    }

    @Test func `a snapshot keeps to its moment while others write, delete and add`() async throws {
        let store = try await self.folder.open()
        for index in 0..<50 { try await store.put(.test("k\(index)"), ["n": 0]) }
        try await store.withSnapshot(in: .test()) { snapshot in
            let first = try await snapshot.nextItems(limit: 10, in: .test())
            for index in 0..<50 { try await store.put(.test("k\(index)"), ["n": 1]) }
            for index in 20..<30 { try await store.delete(.test("k\(index)")) }
            try await store.put(.test("kk"), ["n": 1])
            let items = first + (try await self.all(snapshot, limit: 7))
            #expect(items.count == 50)
            #expect(items.allSatisfy { $0["n"] == 0 })
            #expect(snapshot.estimatedCount == 50)
            let ids = items.compactMap { $0["id"]?.string }
            #expect(ids == ids.sorted())
        }
        let later = try await store.withSnapshot(in: .test()) { try await self.all($0) }
        #expect(later.count == 41)
        #expect(later.allSatisfy { $0["n"] == 1 })
        await store.shutdown()
    }

    @Test func `a page of large items is small`() async throws {
        let store = try await self.folder.open()
        let text = AttributeValue.string(String(repeating: "x", count: 300_000))
        for index in 0..<10 { try await store.put(.test("k\(index)"), ["text": text]) }
        try await store.withSnapshot(in: .test()) { snapshot in
            let first = try await snapshot.nextItems(in: .test())
            #expect(first.count == 4)
            let rest = try await self.all(snapshot)
            #expect(rest.count == 6)
        }
        await store.shutdown()
    }

    @Test func `it takes no reader away, and writes and reads go on beside it`() async throws {
        let store = try await self.folder.open { $0.readers = 1 }
        try await store.put(.test("a"))
        try await store.withSnapshot(in: .test()) { first in
            try await store.withSnapshot(in: .test()) { second in
                let found = try await store.item(.test("a"))
                #expect(found != nil)
                try await store.put(.test("b"))
                let counts = [try await self.all(first).count, try await self.all(second).count]
                #expect(counts == [1, 1])
            }
        }
        await store.shutdown()
    }

    @Test func `a page that fails can be asked for again, and an ended snapshot says so`() async throws {
        let store = try await self.folder.open()
        for index in 0..<20 { try await store.put(.test("k\(index)")) }
        let kept = try await store.withSnapshot(in: .test()) { snapshot in
            let first = try await snapshot.nextItems(limit: 5, in: .test())
            #expect(first.count == 5)
            store.emulate(fault: .outage)
            #expect(await Result { try await snapshot.nextItems(in: .test()) }.failure?.failure == .notSent)
            store.emulate(fault: nil)
            let late = AttemptContext.test(within: .milliseconds(-10))
            #expect(await Result { try await snapshot.nextItems(in: late) }.failure?.code == .deadlineExceeded)
            let rest = try await self.all(snapshot)
            #expect(rest.count == 15)
            return snapshot
        }
        #expect(await Result { try await kept.nextItems(in: .test()) }.failure?.code == .closed)
        await store.shutdown()
        #expect(await Result { try await store.withSnapshot(in: .test()) { _ in } }.failure?.code == .closed)
    }

    @Test func `what the log could not let go is let go after the snapshot`() async throws {
        let store = try await self.folder.open()
        try await store.put(.test("a"))
        let log = store.path + "-wal"
        func size() throws -> Int {
            try #require(FileManager.default.attributesOfItem(atPath: log)[.size] as? Int)
        }
        let text = AttributeValue.string(String(repeating: "x", count: 100_000))
        func fill() async throws {
            for index in 0..<150 { try await store.put(.test("k\(index)"), ["text": text]) }
        }
        try await store.withSnapshot(in: .test()) { _ in try await fill() }
        let grown = try size()
        #expect(grown > 25_000_000)
        try await fill()
        #expect(try size() < grown + 15_000_000)
        await store.shutdown()
    }
}
