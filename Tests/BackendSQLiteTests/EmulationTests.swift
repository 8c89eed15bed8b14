import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendSQLite

@Suite struct EmulationTests {
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    @Test func `in an outage nothing gets through, replication neither`() async throws {
        let store = try await self.folder.open()
        store.emulate(fault: .outage)
        let failures: [FailureClass?] = [
            await Result { try await store.item() }.failure?.failure,
            await Result { try await store.put() }.failure?.failure,
            await Result { try await store.probe(in: .test()) }.failure?.failure,
            await Result { try await store.status(in: .test()) }.failure?.failure,
            await Result { try await store.changes(after: .start, limit: 1, in: .test()) }.failure?.failure,
            await Result { try await store.lease(["b"], to: 1, for: .seconds(1), in: .test()) }.failure?.failure,
        ]
        #expect(failures.allSatisfy { $0 == .notSent })
        store.emulate(fault: nil)
        try await store.put()
        #expect(try await store.probe(in: .test()).writable == true)
        await store.shutdown()
    }

    @Test func `a read-only region refuses callers' writes alone`() async throws {
        let store = try await self.folder.open()
        try await store.put()
        store.emulate(fault: .readOnly)
        #expect(await Result { try await store.put() }.failure?.failure == .readOnly)
        #expect(try await store.item() != nil)
        #expect(try await store.probe(in: .test()).writable == false)
        let application = ReplicaApplication(peer: "us-east-1", rows: [], from: nil, to: .start)
        #expect(try await store.apply(application, in: .test()).moved)
        await store.shutdown()
    }

    @Test func `a throttled region throttles reads, writes and probes`() async throws {
        let store = try await self.folder.open()
        store.emulate(fault: .throttled)
        #expect(await Result { try await store.item() }.failure?.failure == .throttled)
        #expect(await Result { try await store.put() }.failure?.failure == .throttled)
        #expect(await Result { try await store.probe(in: .test()) }.failure?.failure == .throttled)
        _ = try await store.status(in: .test())
        await store.shutdown()
    }

    @Test func `an ambiguous write is done, says that nobody knows, and is found by its id`() async throws {
        let store = try await self.folder.open()
        store.emulate(fault: .ambiguous)
        let context = AttemptContext.test()
        let error = await Result { try await store.put(in: context) }.failure
        #expect(error?.failure == .unknownOutcome)
        store.emulate(fault: nil)
        guard case .repeated(let version) = try await store.put(in: context) else {
            Issue.record("the id is not known")
            return
        }
        #expect(error?.clockCeiling == version.timestamp)
        await store.shutdown()
    }

    @Test func `a slow region takes its time, and gives up at the deadline`() async throws {
        let store = try await self.folder.open()
        let time = ManualTime()
        store.emulate(fault: .slow(.seconds(2)))
        async let read = Result { try await store.item(in: .test(time, within: .seconds(3))) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(2))
        #expect(await read.failure == nil)
        async let write = Result { try await store.put(in: .test(time, within: .seconds(1))) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        #expect(await write.failure?.failure == .unknownOutcome)
        store.emulate(fault: nil)
        #expect(try await store.item() == nil)
        await store.shutdown()
    }

    @Test func `a hanging region is left at the deadline or when the caller is cancelled`() async throws {
        let store = try await self.folder.open()
        let time = ManualTime()
        store.emulate(fault: .hang)
        async let read = Result { try await store.item(in: .test(time, within: .seconds(1))) }
        await time.waitForSleepers(1)
        time.advance(by: .seconds(1))
        #expect(await read.failure?.failure == .unknownOutcome)
        let probe = Task { await Result { try await store.probe(in: .test(time)) } }
        await time.waitForSleepers(1)
        probe.cancel()
        #expect(await probe.value.failure?.code == .cancelled)
        await store.shutdown()
    }

    @Test func `a fault ends at its time`() async throws {
        let store = try await self.folder.open()
        let time = ManualTime()
        store.emulate(SQLiteEmulation(fault: .init(.outage, endMilliseconds: time.wallMilliseconds + 1000)))
        #expect(await Result { try await store.item(in: .test(time)) }.failure?.failure == .notSent)
        time.advance(by: .seconds(1))
        #expect(try await store.item(in: .test(time)) == nil)
        await store.shutdown()
    }

    @Test func `another process sets a fault by a file, which is seen after a tenth of a second`() async throws {
        let store = try await self.folder.open()
        let time = ManualTime()
        #expect(try await store.item(in: .test(time)) == nil)
        try SQLiteEmulation(fault: .init(.outage)).save(for: store.path)
        #expect(try await store.item(in: .test(time)) == nil)
        time.advance(by: .milliseconds(100))
        #expect(await Result { try await store.item(in: .test(time)) }.failure?.failure == .notSent)
        try SQLiteEmulation.none.save(for: store.path)
        time.advance(by: .milliseconds(100))
        #expect(try await store.item(in: .test(time)) == nil)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: self.folder.path).allSatisfy { !$0.contains("faults") }
        )
        await store.shutdown()
    }

    @Test(arguments: [
        SQLiteEmulation.Fault.outage, .readOnly, .slow(.milliseconds(1500)), .throttled, .ambiguous, .hang,
    ])
    func `an emulation comes back from its file as it was written`(fault: SQLiteEmulation.Fault) throws {
        let emulation = SQLiteEmulation(
            fault: .init(fault, endMilliseconds: 1_800_000_000_000),
            links: [
                "us-east-1": .init(
                    LinkCondition(lag: .seconds(2), jitter: .milliseconds(5), isCut: true, reorders: true)
                ),
                "eu-west-1": .init(LinkCondition(isCut: true), endMilliseconds: 1),
            ],
            clockSkew: .seconds(-30)
        )
        try emulation.save(for: self.folder.file())
        #expect(try SQLiteEmulation.load(for: self.folder.file()) == emulation)
        let mode = try FileManager.default.attributesOfItem(
            atPath: SQLiteEmulation.controlFile(for: self.folder.file())
        )
        #expect(mode[.posixPermissions] as? NSNumber == 0o600)
    }

    @Test func `of many changes of a control file at once none is lost`() async throws {
        let file = self.folder.file()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    try SQLiteEmulation.change(for: file) {
                        $0.links[Region("r\(number)")] = .init(LinkCondition(isCut: true))
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try SQLiteEmulation.load(for: file)?.links.count == 50)
        #expect(try SQLiteEmulation.change(for: file) { $0 = .none } == .none)
        #expect(try SQLiteEmulation.load(for: file) == nil)
    }

    @Test func `a change leaves a control file that is none, and a missing folder, as they are`() throws {
        let control = SQLiteEmulation.controlFile(for: self.folder.file())
        try Data("{".utf8).write(to: URL(fileURLWithPath: control))
        for path in [self.folder.file(), self.folder.file("none/us-west-2.sqlite")] {
            let error = #expect(throws: BackendError.self) {
                try SQLiteEmulation.change(for: path) { $0.fault = .init(.outage) }
            }
            #expect(error?.failure == .rejected)
        }
        #expect(try String(contentsOfFile: control, encoding: .utf8) == "{")
    }

    @Test(arguments: [
        (Int64.min, Int64(0)), (-1, 0), (0, 0), (1_800_000_000_000, 1_800_000_000_000), (.max, 253_402_300_799_999),
    ])
    func `an end beyond all calendars is brought into one`(_ written: Int64, _ expected: Int64) throws {
        let file = self.folder.file()
        let cut = SQLiteEmulation.Timed(LinkCondition(isCut: true), endMilliseconds: written)
        try SQLiteEmulation(fault: .init(.outage, endMilliseconds: written), links: ["a": cut]).save(for: file)
        let read = try SQLiteEmulation.load(for: file)
        #expect(read?.fault?.endMilliseconds == expected)
        #expect(read?.links["a"]?.endMilliseconds == expected)
    }

    @Test(arguments: [
        "", "{", "[]", "{\"fault\":\"explode\"}", "{\"fault\":\"slow\",\"delayMs\":-1}",
        "{\"fault\":\"slow\",\"delayMs\":1e300}",
        "{\"fault\":7}", "{\"links\":{\"../x\":{}}}", "{\"links\":{\"a\":{\"lagMs\":\"x\"}}}", "{\"clockSkewMs\":1e12}",
        "{\"fault\":\"outage\",\"untilMs\":1e40}", "\u{0}\u{1}",
    ])
    func `a control file that makes no sense is reported and ignored`(text: String) async throws {
        let store = try await self.folder.open()
        try Data(text.utf8).write(to: URL(fileURLWithPath: SQLiteEmulation.controlFile(for: store.path)))
        let error = #expect(throws: BackendError.self) { try SQLiteEmulation.load(for: store.path) }
        #expect(error?.message.contains("faults.json") == true)
        #expect(try await store.item(in: .test(ManualTime())) == nil)
        #expect(store.emulationProblem?.failure == .rejected)
        await store.shutdown()
    }

    @Test func `a control file of more than 64 KB is not read`() throws {
        let text = "{}" + String(repeating: " ", count: 64 * 1024)
        try Data(text.utf8).write(to: URL(fileURLWithPath: SQLiteEmulation.controlFile(for: self.folder.file())))
        #expect(throws: BackendError.self) { try SQLiteEmulation.load(for: self.folder.file()) }
    }

    @Test func `a control file that is a link or a folder is not followed`() async throws {
        let control = SQLiteEmulation.controlFile(for: self.folder.file())
        try SQLiteEmulation(fault: .init(.outage)).save(for: self.folder.file("other"))
        try FileManager.default.createSymbolicLink(
            atPath: control,
            withDestinationPath: SQLiteEmulation.controlFile(for: self.folder.file("other"))
        )
        #expect(throws: BackendError.self) { try SQLiteEmulation.load(for: self.folder.file()) }
        try FileManager.default.removeItem(atPath: control)
        try FileManager.default.createDirectory(atPath: control, withIntermediateDirectories: false)
        #expect(throws: BackendError.self) { try SQLiteEmulation.load(for: self.folder.file()) }
    }

    @Test func `a region whose clock is ahead stamps ahead`() async throws {
        let store = try await self.folder.open { $0.emulation.clockSkew = .seconds(30) }
        let time = ManualTime()
        guard case .committed(let version) = try await store.put(in: .test(time)) else { return }
        #expect(version.timestamp.milliseconds == time.wallMilliseconds + 30_000)
        await store.shutdown()
    }
}
