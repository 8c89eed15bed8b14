import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendSQLite

@Suite struct FaultTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    // MARK: Classes of failure

    @Test(arguments: [
        (ResultCode.busy, FailureClass.throttled, FailureClass.throttled, FailureClass.throttled),
        (.locked, .throttled, .throttled, .unknownOutcome),
        (.full, .unavailable, .unavailable, .unknownOutcome),
        (.cannotOpen, .unavailable, .unavailable, .unknownOutcome),
        (.corrupt, .unavailable, .unavailable, .unknownOutcome),
        (.notADatabase, .unavailable, .unavailable, .unknownOutcome),
        (.readOnly, .readOnly, .readOnly, .unknownOutcome),
        (.inputOutput, .unavailable, .unavailable, .unknownOutcome),
        (.noMemory, .unavailable, .unavailable, .unknownOutcome),
        (.protocol, .unavailable, .unavailable, .unknownOutcome),
        (.permission, .unavailable, .unavailable, .unknownOutcome),
        (.authorization, .unavailable, .unavailable, .unknownOutcome),
        (.interrupted, .unknownOutcome, .unavailable, .unknownOutcome),
        (.tooBig, .rejected, .rejected, .unknownOutcome),
        (.schemaChanged, .unavailable, .unavailable, .unknownOutcome),
        (ResultCode(rawValue: 19), .unavailable, .unknownOutcome, .unknownOutcome),
        (ResultCode(rawValue: 21), .unavailable, .unknownOutcome, .unknownOutcome),
        (ResultCode(rawValue: 1), .unavailable, .unknownOutcome, .unknownOutcome),
        (ResultCode(rawValue: 12_345), .unavailable, .unknownOutcome, .unknownOutcome),
    ])
    func `F2 a result of SQLite has one class at each stage, extended or not`(
        code: ResultCode,
        read: FailureClass,
        write: FailureClass,
        commit: FailureClass
    ) {
        for extended in [code.rawValue, code.rawValue | 7 << 8] {
            let code = ResultCode(rawValue: extended)
            let classes = DatabaseFailure.Stage.allCases.map { stage in
                DatabaseFailure(code: code, message: "x", stage: stage).error(in: "us-west-2").failure
            }
            #expect(classes == [read, write, commit])
        }
    }

    // MARK: Damage

    @Test func `a damaged item is reported as corrupt without its content, and other items are read`() async throws {
        let store = try await self.folder.open()
        try await store.put(.test("good"))
        try await store.put(.test("bad"), ["note": "secret-canary"])
        try Connection(path: store.path, access: .write).execute(
            "UPDATE item SET value = CAST('{\"note\":{\"S\":\"secret-canary' AS BLOB) WHERE pk = CAST('bad' AS BLOB)"
        )
        let error = await Result { try await store.item(.test("bad")) }.failure
        #expect(error?.failure == .unavailable)
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("canary") == false)
        #expect(try await store.item(.test("good")) != nil)
        await store.shutdown()
    }

    @Test func `a file that was overwritten is corrupt, and a caller is told so`() async throws {
        let store = try await self.folder.open()
        for index in 0..<200 {
            try await store.put(.test("a\(index)"), ["text": .string(String(repeating: "x", count: 500))])
        }
        await store.shutdown()
        var data = try Data(contentsOf: URL(fileURLWithPath: store.path))
        data.replaceSubrange(4096..., with: Data(repeating: 0xAA, count: data.count - 4096))
        try data.write(to: URL(fileURLWithPath: store.path))
        let error = await Result { try await self.folder.open() }.failure
        #expect(error?.failure == .unavailable)
        #expect(error?.code == .corrupt)
    }

    /// Moves a database with what stands beside it.
    private func move(_ source: String, to target: String) throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: source + suffix) {
            try FileManager.default.moveItem(atPath: source + suffix, toPath: target + suffix)
        }
    }

    @Test func `a file that is moved away under a store is noticed, and so is one that takes its place`() async throws {
        let store = try await self.folder.open()
        try await store.put()
        let away = self.folder.file("away.sqlite")
        try self.move(store.path, to: away)
        for _ in 0..<2 { #expect(await Result { try await store.put() }.failure?.failure == .unavailable) }
        // A file of another region is not taken for this one.
        let other = try await self.folder.open("us-east-1")
        await other.shutdown()
        try self.move(other.path, to: store.path)
        let replaced = await Result { try await store.put() }.failure
        #expect(replaced?.message.contains("us-east-1") == true)
        try self.move(store.path, to: other.path)
        try self.move(away, to: store.path)
        try await store.put(.test("b"))
        #expect(try await store.item() != nil)
        await store.shutdown()
    }

    // MARK: Fault 19

    @Test(.enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system"))
    func `fault 19 on a full disk writes fail clearly, reads go on, and writes recover when there is room`()
        async throws
    {
        let disk = try SmallDisk(megabytes: 3)
        let ballast = disk.path + "/ballast"
        try Data(repeating: 1, count: 1 << 20).write(to: URL(fileURLWithPath: ballast))
        let store = try await self.folder.open { $0.path = disk.path + "/us-west-2.sqlite" }
        let text = AttributeValue.string(String(repeating: "x", count: 20_000))
        var stored: [Int] = []
        var failure: BackendError?
        for index in 0..<500 where failure == nil {
            failure = await Result { try await store.put(.test("a\(index)"), ["text": text]) }.failure
            if failure == nil { stored.append(index) }
        }
        #expect(failure?.failure == .unavailable || failure?.failure == .unknownOutcome)
        #expect(failure?.message.contains("full") == true)
        for index in stored { #expect(try await store.item(.test("a\(index)"))?["text"] == text) }
        #expect(try await store.probe(in: .test()).writable != nil)
        try FileManager.default.removeItem(atPath: ballast)
        try await store.put(.test("after"), ["text": text])
        #expect(try await store.item(.test("after")) != nil)
        #expect(try await store.probe(in: .test()).writable == true)
        #expect(try Connection(path: store.path, access: .read).text("PRAGMA integrity_check") == "ok")
        await store.shutdown()
    }

    @Test(.enabled(if: SmallDisk.isPossible, "needs the right to mount a small file system"))
    func `fault 19 a new region that a full disk keeps from taking writes says so`() async throws {
        let disk = try SmallDisk(megabytes: 3)
        let store = try await self.folder.open(isReady: false) { $0.path = disk.path + "/us-west-2.sqlite" }
        let incarnation = try await store.status(in: .test()).head.incarnation
        #expect(await Result { try await store.put() }.failure?.message.contains("while the store runs") == true)
        let ballast = disk.path + "/ballast"
        // As much as there is room for.
        try? Data(repeating: 1, count: 4 << 20).write(to: URL(fileURLWithPath: ballast))
        let cause = await Result { try await store.markReady(incarnation, in: .test()) }.failure
        let refused = await Result { try await store.put() }.failure
        #expect(refused?.code == .notReady)
        #expect(refused?.message.contains(cause?.message ?? "?") == true)
        #expect(refused?.message.contains("full") == true)
        try FileManager.default.removeItem(atPath: ballast)
        try await store.markReady(incarnation, in: .test())
        try await store.put()
        await store.shutdown()
    }

    // MARK: Fault 31

    @Test func `fault 31 an id is one request for ten minutes, then it may be another`() async throws {
        let store = try await self.folder.open()
        let time = ManualTime()
        let context = AttemptContext.test(time, within: .seconds(3600))
        guard case .committed(let version) = try await store.put(in: context) else { return }
        #expect(try await store.put(in: context) == .repeated(version))
        let error = await Result { try await store.delete(in: context) }.failure
        #expect(error?.failure == .rejected)
        #expect(error?.code == .idempotencyMismatch)
        time.advance(by: .seconds(600))
        #expect(try await store.put(in: context) == .repeated(version))
        // Ids are forgotten by the first transaction after their time.
        time.advance(by: .seconds(1))
        try await store.put(.test("other"), in: .test(time))
        guard case .committed(let second) = try await store.put(in: context) else {
            Issue.record("the id is still known")
            return
        }
        #expect(second > version)
        await store.shutdown()
    }

    @Test func `ids are forgotten in step with new ones, so their table stays small`() async throws {
        let store = try await self.folder.open()
        let time = ManualTime()
        for _ in 0..<20 {
            for _ in 0..<50 { try await store.put(in: .test(time)) }
            time.advance(by: .seconds(601))
        }
        let ids = try Connection(path: store.path, access: .read).integer("SELECT count(*) FROM op")
        #expect(try #require(ids) <= 51)
        await store.shutdown()
    }

    @Test func `H12 a probe reads and writes for real: an open file alone proves nothing`() async throws {
        let store = try await self.folder.open { $0.busyTimeout = .milliseconds(10) }
        #expect(try await store.probe(in: .test()).writable == true)
        let lock = try await FileLock(store)
        #expect(try await store.item() == nil, "reads go on")
        #expect(await Result { try await store.probe(in: .test()) }.failure?.failure == .throttled)
        lock.release()
        #expect(try await store.probe(in: .test()).writable == true)
        await store.shutdown()
    }

    @Test func `the check of a file finds what was damaged`() async throws {
        let store = try await self.folder.open()
        for index in 0..<200 { try await store.put(.test("item \(index)")) }
        await store.shutdown()
        #expect(SQLiteStore.integrityProblem(ofFileAt: store.path) == nil)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: store.path))
        for offset in stride(from: 4096, to: bytes.count, by: 512) { bytes[offset] ^= 0xFF }
        try bytes.write(to: URL(fileURLWithPath: store.path))
        #expect(SQLiteStore.integrityProblem(ofFileAt: store.path) != nil)
        #expect(SQLiteStore.integrityProblem(ofFileAt: store.path + ".none") != nil)
    }
}
