import BackendSQLite
import Foundation
import RegionKitCore
import Synchronization
import Testing

@testable import regionctl

@Suite struct ImporterTests {
    private func failure(_ body: () async throws -> Void) async -> Failure? {
        do {
            try await body()
            return nil
        } catch {
            return Failure(error)
        }
    }

    // MARK: Lines

    @Test func `every line is stored, whatever its end`() async throws {
        let fixture = try await TransferFixture()
        let text = (0..<100).map { TransferFixture.line("k\($0)", $0) }.joined() + "\r\n \n"
        try fixture.write(text + String(TransferFixture.line("last").dropLast()), to: "a.json")
        let report = try await fixture.run("a.json")
        #expect(report["items"] == 101)
        #expect(report["lines"] == 103)
        #expect(report["bytes"] == .integer(try fixture.text("a.json").utf8.count))
        #expect(report["resumedAtLine"] == .null)
        #expect(report.isGood)
        #expect(report.regions == ["us-west-2"])
        #expect(try await fixture.count() == 101)
        #expect(try await fixture.store.get("k99").item?["n"] == 99)
        #expect(!fixture.exists("a.json.regionctl-import"))
    }

    @Test(arguments: [1, 2, 24, 25, 26, 400]) func `of lines with one key the last one wins`(_ distance: Int)
        async throws
    {
        let fixture = try await TransferFixture()
        let lines = (0..<1000).map { TransferFixture.line("k\($0 % distance)", $0) }
        try fixture.write(lines.joined(), to: "a.json")
        let report = try await fixture.run("a.json")
        #expect(report["items"] == 1000)
        for index in 0..<distance {
            let last = (0..<1000).last { $0 % distance == index }
            #expect(
                try await fixture.store.get(Key(.string("k\(index)"))).item?["n"]?.number == last.map { Number($0) }
            )
        }
    }

    @Test func `a bad line ends the import with its place; what is before it is stored and stays so`() async throws {
        let fixture = try await TransferFixture()
        let good = (0..<60).map { TransferFixture.line("k\($0)") }.joined()
        try fixture.write(good + "rubbish\n" + TransferFixture.line("after"), to: "a.json")
        let failure = try #require(await self.failure { try await fixture.run("a.json") })
        #expect(failure.exit == .usage)
        #expect(failure.message.contains("a.json, line 61 (after byte \(good.utf8.count.grouped)): no JSON object"))
        #expect(failure.message.contains("--skip-bad"))
        #expect(failure.message.contains("60 items are stored, those up to line 60."))
        #expect(try await fixture.count() == 60)
        // The same command finds the same line and repeats nothing.
        let again = try #require(await self.failure { try await fixture.run("a.json") })
        #expect(again.message == failure.message)
        let report = try await fixture.run("a.json") { $0.skipsBadLines = true }
        #expect(report["resumedAtLine"] == 60)
        #expect(report["items"] == 61)
        #expect(report["skipped"] == 1)
        #expect(try await fixture.count() == 61)
    }

    @Test func `bad lines that are skipped are counted, listed up to a hundred and kept in the journal`() async throws {
        let fixture = try await TransferFixture()
        let lines = (0..<400).map { $0.isMultiple(of: 2) ? TransferFixture.line("k\($0)") : "{\"x\":\($0)}\n" }
        try fixture.write(lines.joined(), to: "a.json")
        let report = try await fixture.run("a.json") { $0.skipsBadLines = true }
        #expect(!report.isGood)
        #expect(report["items"] == 200)
        #expect(report["skipped"] == 200)
        guard case .array(let listed)? = report["badLines"] else { return #expect(Bool(false)) }
        #expect(listed.count == 100)
        let offset = lines[0].utf8.count
        let reason = #"the first member is "x"; each line must be {"Item": {…}} with the item in DynamoDB JSON"#
        #expect(listed.first == ["line": 2, "offset": .integer(offset), "reason": .string(reason)])
        let journal = try fixture.text("a.json.regionctl-import")
        #expect(journal.contains(#""line":400"#))
        #expect(journal.contains(#""isComplete":true"#))
        // Nothing is left to be done, and the answer is the same.
        let again = try await fixture.run("a.json") { $0.skipsBadLines = true }
        #expect(again["items"] == 200)
        #expect(again.regions.isEmpty)
        #expect(again["badLines"] == report["badLines"])
    }

    @Test func `a file of something else is given up soon`() async throws {
        let fixture = try await TransferFixture()
        var bytes = Data()
        for index in 0..<200_000 { bytes.append(UInt8(truncatingIfNeeded: index &* 2_654_435_761 >> 7)) }
        try bytes.write(to: URL(filePath: fixture.path("a.bin")))
        for skips in [false, true] {
            let failure = try #require(
                await self.failure { try await fixture.run("a.bin") { $0.skipsBadLines = skips } }
            )
            #expect(failure.exit == .usage)
            #expect(failure.message.contains(skips ? "is no file of DynamoDB JSON lines" : "line 1 (after byte 0)"))
            #expect(!fixture.exists("a.bin.regionctl-import"))
        }
        #expect(try await fixture.count() == 0)
    }

    @Test func `a line of an incremental export ends the import, bad lines skipped or not`() async throws {
        let fixture = try await TransferFixture()
        let text = TransferFixture.line("k") + #"{"Keys":{"id":{"S":"k"}}}"# + "\n"
        try fixture.write(text, to: "a.json")
        let failure = await self.failure { try await fixture.run("a.json") { $0.skipsBadLines = true } }
        #expect(failure?.message.contains("line 2 of") == true)
        #expect(failure?.message.contains("incremental export") == true)
    }

    // MARK: Going on

    @Test func `after an interruption the same import goes on, and every line is counted once`() async throws {
        let gate = Gate(after: 200)
        let fixture = try await TransferFixture(wrap: { GatedBackend($0, gate) })
        let lines = (0..<2000).map { $0 == 100 ? "bad\n" : TransferFixture.line("k\($0)", $0) }
        try fixture.write(lines.joined(), to: "a.json")
        let first = Task {
            try await fixture.run("a.json") { $0.skipsBadLines = true }
        }
        await gate.reached()
        first.cancel()
        let outcome = await first.result
        #expect(throws: CancellationError.self) { try outcome.get() }
        let data = try Data(contentsOf: URL(filePath: fixture.path("a.json.regionctl-import")))
        let stored = try JSONDecoder().decode(ImportJournal.self, from: data)
        #expect(stored.position.items > 0 && stored.position.items < 1999)
        #expect(stored.position.lines == stored.position.items + stored.position.skipped)
        // All that it claims is there.
        for index in 0..<stored.position.lines where index != 100 {
            #expect(try await fixture.store.get(Key(.string("k\(index)"))).item?["n"]?.number == Number(index))
        }
        let before = gate.items
        let report = try await fixture.run("a.json") { $0.skipsBadLines = true }
        #expect(report["resumedAtLine"] == .integer(stored.position.line))
        #expect(report["items"] == 1999)
        #expect(report["lines"] == 2000)
        #expect(report["skipped"] == 1)
        #expect(report["bytes"] == .integer(lines.joined().utf8.count))
        #expect(gate.items - before == 1999 - stored.position.items)
        #expect(try await fixture.count() == 1999)
    }

    @Test func `an import that a region ends goes on when it is back`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write((0..<500).map { TransferFixture.line("k\($0)") }.joined(), to: "a.json")
        fixture.regions.stores[0].emulate(fault: .outage)
        let failure = try #require(await self.failure { try await fixture.run("a.json") })
        #expect(failure.exit == .noRegion)
        #expect(!failure.attempts.isEmpty)
        fixture.regions.stores[0].emulate(fault: nil)
        #expect(try await fixture.run("a.json")["items"] == 500)
        #expect(try await fixture.count() == 500)
    }

    @Test func `another input under the same journal is refused, and --restart imports it`() async throws {
        let fixture = try await TransferFixture()
        let good = (0..<30).map { TransferFixture.line("k\($0)") }.joined()
        try fixture.write(good + "bad\n", to: "a.json")
        _ = await self.failure { try await fixture.run("a.json") }
        try fixture.write(good, to: "a.json")
        let failure = await self.failure { try await fixture.run("a.json") }
        #expect(failure?.message.contains("--restart") == true)
        let report = try await fixture.run("a.json") { $0.restarts = true }
        #expect(report["items"] == 30)
        #expect(report["resumedAtLine"] == .null)
        #expect(!fixture.exists("a.json.regionctl-import"))
    }

    @Test func `the journal can be elsewhere, and where it cannot be written the import goes on without`() async throws
    {
        let fixture = try await TransferFixture()
        try fixture.write(TransferFixture.line("k") + "bad\n", to: "a.json")
        _ = await self.failure { try await fixture.run("a.json") { $0.journalPath = fixture.path("journal") } }
        #expect(fixture.exists("journal"))
        #expect(!fixture.exists("a.json.regionctl-import"))
        let report = try await fixture.run("a.json") {
            $0.journalPath = fixture.path("no-folder/journal")
            $0.skipsBadLines = true
        }
        #expect(report["items"] == 1)
    }

    // MARK: Files

    @Test func `a compressed file is imported and gone on with`() async throws {
        let fixture = try await TransferFixture()
        let good = (0..<500).map { TransferFixture.line("k\($0)") }.joined()
        try fixture.write(good + "bad\n" + TransferFixture.line("after"), to: "a.json")
        try fixture.compress("a.json")
        let failure = await self.failure { try await fixture.run("a.json.gz") }
        #expect(failure?.message.contains("line 501 (after byte \(good.utf8.count.grouped))") == true)
        let report = try await fixture.run("a.json.gz") { $0.skipsBadLines = true }
        #expect(report["resumedAtLine"] == 500)
        #expect(report["items"] == 501)
        #expect(report["bytes"] == .integer(try fixture.text("a.json").utf8.count))
    }

    @Test func `a damaged archive is an error with gzip's own words, and its last part is no line`() async throws {
        let fixture = try await TransferFixture()
        var generator = SeededGenerator(seed: 7)
        let lines = (0..<3000).map { TransferFixture.line("k\($0)-\(generator.next())") }
        try fixture.write(lines.joined(), to: "a.json")
        try fixture.compress("a.json")
        let file = URL(filePath: fixture.path("a.json.gz"))
        let whole = try Data(contentsOf: file)
        var flipped = whole
        flipped[whole.count - 6] ^= 1
        for (bytes, words) in [
            (whole.prefix(whole.count / 2), "unexpected end of file"), (flipped, "crc error"),
            (Data("{}".utf8), "not in gzip format"),
        ] {
            try bytes.write(to: file)
            let failure = try #require(
                await self.failure { try await fixture.run("a.json.gz") { $0.restarts = true } }
            )
            #expect(failure.exit == .usage)
            #expect(failure.message.contains("a.json.gz is damaged (gzip: "))
            #expect(failure.message.contains(words))
            #expect(failure.message.contains("not complete"))
        }
    }

    @Test func `without gzip the message says what to install`() async throws {
        let fixture = try await TransferFixture()
        try fixture.write("", to: "a.json.gz")
        for path in ["", fixture.folder.path] {
            let failure = await self.failure { try await fixture.run("a.json.gz") { $0.environment["PATH"] = path } }
            #expect(failure?.exit == .usage)
            #expect(failure?.message.contains("apt-get install gzip") == true)
        }
    }

    @Test func `a manifest's folder is imported, and counts that differ are reported`() async throws {
        let fixture = try await TransferFixture()
        let keys = ["one.json", "two.json", "empty.json"]
        let manifest = keys.map {
            #"{"itemCount":\#($0 == "empty.json" ? 0 : 3),"dataFileS3Key":"p/data/\#($0)"}"# + "\n"
        }
        try fixture.write(manifest.joined(), to: "in/manifest-files.json")
        try fixture.write((0..<3).map { TransferFixture.line("a\($0)") }.joined(), to: "in/data/one.json")
        try fixture.write((0..<2).map { TransferFixture.line("b\($0)") }.joined(), to: "in/data/two.json")
        try fixture.write("", to: "in/data/empty.json")
        let report = try await fixture.run("in/")
        #expect(report["items"] == 5)
        #expect(report["countDifferences"] == [["file": "two.json", "promised": 3, "found": 2]])
        #expect(!report.isGood)
        try fixture.write((0..<3).map { TransferFixture.line("b\($0)") }.joined(), to: "in/data/two.json")
        #expect(try await fixture.run("in") { $0.restarts = true }.isGood)
        #expect(!fixture.exists("in.regionctl-import"))
    }

    @Test func `a folder is gone on with in the file where it ended`() async throws {
        let fixture = try await TransferFixture()
        for file in 0..<3 {
            let lines = (0..<50).map { file == 1 && $0 == 30 ? "bad\n" : TransferFixture.line("k\(file)-\($0)") }
            try fixture.write(lines.joined(), to: "in/\(file).json")
        }
        let failure = await self.failure { try await fixture.run("in") }
        #expect(failure?.message.contains("1.json, line 31 (after byte") == true)
        #expect(failure?.message.contains("80 items are stored, those up to line 30 of 1.json.") == true)
        let report = try await fixture.run("in") { $0.skipsBadLines = true }
        #expect(report["items"] == 149)
        #expect(report["lines"] == 150)
        #expect(try await fixture.count() == 149)
    }
}

/// Lets the batches up to an item through, and holds all others until their tasks are cancelled, once.
private final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var isHolding = false
        var items = 0
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let limit: Int
    private let state = Mutex(State())

    init(after limit: Int) {
        self.limit = limit
    }

    /// How many items were stored.
    var items: Int { self.state.withLock { $0.items } }

    /// Waits until a batch is held and all before it are stored.
    func reached() async {
        await withCheckedContinuation { continuation in
            self.state.withLock { $0.waiter = continuation }
            self.change { _ in }
        }
    }

    func hold(_ first: Int) async throws(BackendError) {
        guard first >= self.limit, self.state.withLock({ !$0.isOpen }) else { return }
        self.change { $0.isHolding = true }
        try? await Task.sleep(for: .seconds(60))
        self.state.withLock { $0.isOpen = true }
        throw BackendError(.notSent, .cancelled, "held")
    }

    func stored(_ count: Int) {
        self.change { $0.items += count }
    }

    private func change(_ body: (inout State) -> Void) {
        self.state.withLock { state in
            body(&state)
            guard state.isHolding, state.items >= self.limit else { return }
            state.waiter?.resume()
            state.waiter = nil
        }
    }
}

private struct GatedBackend: RegionBackend {
    let base: any RegionBackend
    let gate: Gate

    init(_ base: any RegionBackend, _ gate: Gate) {
        self.base = base
        self.gate = gate
    }

    var capabilities: BackendCapabilities { self.base.capabilities }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        guard case .batchWrite(let writes) = request else { return try await self.base.perform(request, in: context) }
        guard case .put(let item)? = writes.first?.action, let first = item["n"]?.number?.int64 else {
            throw BackendError(.rejected, .validation, "no numbered items")
        }
        try await self.gate.hold(Int(first))
        let response = try await self.base.perform(request, in: context)
        self.gate.stored(writes.count)
        return response
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try await self.base.probe(in: context)
    }

    func shutdown() async { await self.base.shutdown() }
}
