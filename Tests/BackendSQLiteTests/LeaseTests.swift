import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendSQLite

@Suite struct LeaseTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    @Test func `a lease is seen by every process that has the file open, and by one that opens it later`() async throws
    {
        let (first, second) = (try await self.folder.open(), try await self.folder.open())
        #expect(try await first.lease(["a", "b"], to: 1, for: .seconds(60), in: .test()) == ["a", "b"])
        #expect(try await second.lease(["a", "b"], to: 2, for: .seconds(60), in: .test()) == [])
        await first.shutdown()
        let third = try await self.folder.open()
        #expect(try await third.lease(["a", "b", "c"], to: 3, for: .seconds(60), in: .test()) == ["c"])
        #expect(try await third.lease(["b"], to: 1, for: .seconds(60), in: .test()) == ["b"])
        await second.shutdown()
        await third.shutdown()
    }

    @Test func `one who asks in vain writes nothing and does not wait for another's lock`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        #expect(try await store.lease(["a", "b"], to: 1, for: .seconds(3600), in: .test()) == ["a", "b"])
        let lock = try await FileLock(store)
        let transactions = store.writer.transactions.load(ordering: .relaxed)
        #expect(try await store.lease(["a", "b"], to: 2, for: .seconds(60), in: .test()) == [])
        #expect(try await store.lease(["a", "b", "c"], to: 2, for: .zero, in: .test()) == [])
        #expect(store.writer.transactions.load(ordering: .relaxed) == transactions)
        let late = AttemptContext.test(within: .milliseconds(50))
        await #expect(throws: BackendError.self) { try await store.lease(["c"], to: 2, for: .seconds(60), in: late) }
        lock.release()
        #expect(try await store.lease(["a", "c"], to: 2, for: .seconds(60), in: .test()) == ["c"])
        await store.shutdown()
    }

    @Test func `whoever is cancelled gives up, but waits for another's lock no longer than its deadline`() async throws
    {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        _ = try await store.lease(["a"], to: 1, for: .seconds(3600), in: .test())
        let lock = try await FileLock(store)
        let failure = await withTaskGroup(of: BackendError?.self) { group in
            group.cancelAll()
            group.addTask {
                let late = AttemptContext.test(within: .milliseconds(50))
                return await Result { try await store.lease(["a"], to: 1, for: .zero, in: late) }.failure
            }
            return await group.reduce(nil) { $0 ?? $1 }
        }
        #expect(failure?.code == .deadlineExceeded)
        lock.release()
        await store.shutdown()
    }

    @Test(arguments: [-3_600_000, -1, 0, 1999, 2000, 3_600_000] as [Int64])
    func `a lease holds from when it was taken to its end, by the region's wall clock`(milliseconds: Int64) async throws
    {
        let time = ManualTime()
        let store = try await self.folder.open()
        _ = try await store.lease(["a"], to: 1, for: .seconds(2), in: .test(time))
        time.stepWall(by: .milliseconds(milliseconds))
        let granted = try await store.lease(["a"], to: 2, for: .seconds(2), in: .test(time))
        #expect(granted == ((0..<2000).contains(milliseconds) ? [] : ["a"]))
        store.emulate(SQLiteEmulation(clockSkew: .seconds(-10)))
        #expect(try await store.lease(["a"], to: 3, for: .seconds(2), in: .test(time)) == ["a"])
        await store.shutdown()
    }

    @Test func `a file that was made before there were leases gets them when it is opened`() async throws {
        let old = try await self.folder.open()
        try await old.put(.test("kept"))
        await old.shutdown()
        try Connection(path: old.path, access: .write).execute("DROP TABLE lease")
        let store = try await self.folder.open()
        #expect(try await store.lease(["a"], to: 1, for: .seconds(60), in: .test()) == ["a"])
        #expect(try await store.item(.test("kept")) != nil)
        await store.shutdown()
    }

    @Test func `an older file that takes the place of an open one gets them too`() async throws {
        let old = try await self.folder.open()
        await old.shutdown()
        try Connection(path: old.path, access: .write).execute("DROP TABLE lease")
        let copy = self.folder.file("copy")
        try FileManager.default.copyItem(atPath: old.path, toPath: copy)
        let store = try await self.folder.open()
        _ = try await store.lease(["a"], to: 1, for: .seconds(60), in: .test())
        for suffix in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: store.path + suffix) }
        try FileManager.default.moveItem(atPath: copy, toPath: store.path)
        var granted: Set<Region>?
        let end = ContinuousClock.now + .seconds(20)
        while granted != ["a"], ContinuousClock.now < end {
            granted = try? await store.lease(["a"], to: 2, for: .seconds(60), in: .test())
            await Task.yield()
        }
        #expect(granted == ["a"])
        await store.shutdown()
    }
}
