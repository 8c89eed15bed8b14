import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendSQLite

@Suite struct GroupCommitTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    /// Waits until so many writes wait, not counting those in hand.
    private func waitForQueue(_ store: SQLiteStore, _ count: Int) async {
        while store.writer.waiting < count { await Task.yield() }
    }

    @Test func `writes of many callers share a transaction and are all there when they are acknowledged`() async throws
    {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        let lock = try await FileLock(store)
        let transactions = store.writer.transactions.load(ordering: .relaxed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await store.put(.test("first")) }
            while store.writer.inHand == 0 { await Task.yield() }
            for index in 0..<64 {
                group.addTask {
                    try await store.put(.test("a\(index)"), ["n": .number(Number(index))])
                    let found = try await store.item(.test("a\(index)"))
                    #expect(found?["n"] == .number(Number(index)))
                }
            }
            await self.waitForQueue(store, 64)
            lock.release()
            try await group.waitForAll()
        }
        // Three at most on a machine that is not busy; a group ends after 5 ms.
        #expect(store.writer.transactions.load(ordering: .relaxed) - transactions <= 32)
        #expect(try await store.status(in: .test()).head.sequence == 65)
        await store.shutdown()
    }

    @Test func `a group holds one version for each of its commits, in the order of the log`() async throws {
        let store = try await self.folder.open()
        let versions = try await withThrowingTaskGroup(of: CommitOutcome.self) { group in
            for index in 0..<200 { group.addTask { try await store.put(.test("a\(index % 7)")) } }
            return try await group.reduce(into: Set<CommitOutcome>()) { $0.insert($1) }
        }
        #expect(versions.count == 200)
        guard case .entries(let rows, let end) = try await store.changes(after: .start, limit: 1000, in: .test()) else {
            Issue.record("no entries")
            return
        }
        #expect(end.sequence == 200)
        #expect(rows.map(\.version) == rows.map(\.version).sorted())
        #expect(Set(rows.map(\.version)).count == 200)
        await store.shutdown()
    }

    @Test func `fault 8 of a thousand writes whose time passes before the commit none lands and their neighbours do`()
        async throws
    {
        let store = try await self.folder.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<2000 {
                group.addTask {
                    guard index.isMultiple(of: 2) else {
                        _ = try await store.put(.test("good\(index)"))
                        return
                    }
                    let late = AttemptContext.test(LateTime(afterWallReadings: 0))
                    let error = await #expect(throws: BackendError.self) {
                        try await store.put(.test("late\(index)"), in: late)
                    }
                    #expect(error?.code == .deadlineExceeded)
                    #expect([.expired, .unavailable].contains(error?.failure))
                }
            }
            try await group.waitForAll()
        }
        let rows = try await store.rows(in: ReplicaRange(.table), limit: 5000, in: .test())
        #expect(rows.count == 1000)
        #expect(rows.allSatisfy { $0.key.partition.string?.hasPrefix("good") == true })
        #expect(try await store.status(in: .test()).head.sequence == 1000)
        await store.shutdown()
    }

    @Test func `a write that still waits at its deadline is taken back and was not sent`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        let lock = try await FileLock(store)
        let time = ManualTime()
        async let first = Result { try await store.put(.test("first")) }
        while store.writer.inHand == 0 { await Task.yield() }
        async let second = Result { try await store.put(.test("second"), in: .test(time, within: .seconds(1))) }
        await self.waitForQueue(store, 1)
        time.advance(by: .seconds(1))
        let error = await second.failure
        #expect(error?.failure == .notSent)
        #expect(error?.code == .deadlineExceeded)
        lock.release()
        #expect(await first.failure == nil)
        #expect(try await store.item(.test("second")) == nil)
        await store.shutdown()
    }

    @Test func `a write in hand whose time is over before its commit is not done`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        let lock = try await FileLock(store)
        let time = ManualTime()
        async let write = Result { try await store.put(in: .test(time, within: .seconds(1))) }
        while store.writer.inHand == 0 { await Task.yield() }
        time.advance(by: .seconds(1))
        #expect(await write.failure?.failure == .unavailable)
        lock.release()
        try await store.put(.test("next"))
        #expect(try await store.item() == nil)
        await store.shutdown()
    }

    @Test func `a caller that is cancelled is answered at once, and its write is not done`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        let lock = try await FileLock(store)
        let writes = (0..<100).map { index in
            Task { await Result { try await store.put(.test("a\(index)")) } }
        }
        while store.writer.waiting + store.writer.inHand < 100 { await Task.yield() }
        for write in writes { write.cancel() }
        for write in writes { #expect(await write.value.failure?.code == .cancelled) }
        lock.release()
        try await store.put(.test("next"))
        #expect(try await store.rows(in: ReplicaRange(.table), limit: 1000, in: .test()).count == 1)
        await store.shutdown()
    }

    @Test func `a full queue is overloaded at once`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        let lock = try await FileLock(store)
        async let first = Result { try await store.put(.test("first")) }
        while store.writer.inHand == 0 { await Task.yield() }
        let refused = await withTaskGroup(of: Result<CommitOutcome, any Error>.self) { group in
            for index in 0..<5000 {
                group.addTask { await Result { try await store.put(.test("a\(index)")) } }
            }
            await self.waitForQueue(store, WriteQueue.maximumJobs)
            lock.release()
            return await group.reduce(0) { $0 + ($1.failure?.failure == .overloaded ? 1 : 0) }
        }
        #expect(await first.failure == nil)
        #expect(refused <= 5000 - WriteQueue.maximumJobs)
        #expect(try await store.status(in: .test()).head.sequence == Int64(5001 - refused))
        await store.shutdown()
    }

    @Test func `the lock of another process is waited for as long as configured, then the write is throttled`()
        async throws
    {
        let store = try await self.folder.open { $0.busyTimeout = .milliseconds(20) }
        let lock = try await FileLock(store)
        let error = await #expect(throws: BackendError.self) { try await store.put() }
        #expect(error?.failure == .throttled)
        #expect(try await store.item() == nil)
        lock.release()
        try await store.put()
        await store.shutdown()
    }

    @Test func `two stores on one file stamp in one order, and a clock that is behind does not matter`() async throws {
        let first = try await self.folder.open()
        let second = try await self.folder.open { $0.emulation.clockSkew = .seconds(-30) }
        var last: Version?
        for index in 0..<50 {
            let store = index.isMultiple(of: 2) ? first : second
            guard case .committed(let version) = try await store.put() else { break }
            #expect(version > last ?? version.before)
            last = version
        }
        let heads = try await [first.status(in: .test()).head, second.status(in: .test()).head]
        #expect(heads[0] == heads[1])
        #expect(heads[0].sequence == 50)
        await first.shutdown()
        await second.shutdown()
    }

    @Test func `shutdown answers what waits and what comes later with closed`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .seconds(60) }
        let lock = try await FileLock(store)
        async let first = Result { try await store.put(.test("first")) }
        while store.writer.inHand == 0 { await Task.yield() }
        async let second = Result { try await store.put(.test("second")) }
        await self.waitForQueue(store, 1)
        async let end: Void = store.shutdown()
        #expect(await second.failure?.code == .closed)
        lock.release()
        _ = await end
        #expect(await first.failure == nil)
        for _ in 0..<2 {
            #expect(await Result { try await store.put() }.failure?.code == .closed)
            #expect(await Result { try await store.item() }.failure?.code == .closed)
            await store.shutdown()
        }
    }
}

extension Version {
    /// A version below this one.
    fileprivate var before: Version {
        Version(timestamp: .zero, origin: self.origin)
    }
}
