internal import Dispatch
internal import Foundation
internal import RegionKitCore

/// Reads items line by line and stores them, many at once and in bounded memory.
///
/// Puts are unconditional: a line that is stored twice does no harm.
struct Importer {
    private struct Sent: Sendable {
        var number: Int
        var result: Result<Region, RegionError>
    }

    private typealias Group = TaskGroup<Sent>

    /// An input none of whose first lines is an item is something else altogether.
    private static let linesUntilHopeless = 100
    private static let journalInterval = Duration.seconds(1)

    private let store: MultiRegionStore
    private let input: ImportInput
    private let options: Options
    private let console: Console
    private let time: any TimeSource
    private let queue = DispatchQueue(label: "regionctl.journal")

    private var journal: ImportJournal
    private var journalPath: String?
    private var nextJournal: MonotonicInstant
    private var window: ImportWindow
    private var progress: Progress
    private var report: ImportReport
    /// The sizes of the files that were read.
    private var finishedBytes: Int

    /// How an import is done.
    struct Options: Sendable {
        var skipsBadLines = false
        /// Where the journal is; nil for beside the input.
        var journalPath: String?
        /// Whether the journal of an earlier run is dropped.
        var restarts = false
        /// Where gzip is looked for.
        var environment: [String: String] = [:]
    }

    init(
        _ input: ImportInput,
        into store: MultiRegionStore,
        _ options: Options,
        _ console: Console,
        time: any TimeSource = SystemTime()
    ) throws(Failure) {
        self.store = store
        self.input = input
        self.options = options
        self.console = console
        self.time = time
        self.journal = ImportJournal(input, store.schema, store.regions)
        guard input.isResumable || options.journalPath == nil else {
            throw .usage("--journal: \(input.name) cannot be read twice, so its import cannot be resumed.")
        }
        if input.isResumable {
            var name = input.name[...]
            while name.count > 1, name.last == "/" { name.removeLast() }
            let path = options.journalPath ?? "\(name).regionctl-import"
            self.journalPath = path
            self.journal = try self.journal.earlier(at: path, isIgnored: options.restarts) ?? self.journal
        }
        let position = self.journal.position
        self.nextJournal = time.now.advanced(by: Self.journalInterval)
        self.window = ImportWindow(position)
        self.finishedBytes = input.files.prefix(position.file).reduce(0) { $0 + $1.size }
        self.report = ImportReport(name: input.name)
        self.progress = Progress("importing", from: position.items, console, time: time)
    }

    /// Imports what is left.
    ///
    /// When it throws, the journal tells how far all is stored.
    mutating func run() async throws -> ImportReport {
        let start = self.journal.position
        let began = self.time.now
        if start.lines > 0 {
            self.report.resumedAtLine = start.line
            self.console.note("Resuming after \(self.place(start)).")
        }
        await self.writeJournal()
        let failure = await self.importAll()
        self.progress.end()
        self.journal.position = self.window.acknowledged
        self.report.finish(self.journal, from: start, began.duration(to: self.time.now))
        if let failure { throw await self.stopped(failure) }
        self.journal.isComplete = true
        if self.report.isGood { self.removeJournal() } else { await self.writeJournal() }
        return self.report
    }

    private mutating func importAll() async -> (any Error)? {
        await withTaskGroup(of: Sent.self) { group in
            var failure: (any Error)?
            do {
                while self.window.position.file < self.input.files.count {
                    try await self.read(self.input.files[self.window.position.file], &group)
                }
            } catch {
                failure = error
            }
            // What was read before the trouble is stored too, if that is possible.
            do throws(RegionError) {
                if !Task.isCancelled { try await self.send(&group) }
                while !self.window.isIdle { try await self.receive(&group) }
            } catch {
                failure = failure ?? error
                for await sent in group { try? self.note(sent) }
            }
            return Task.isCancelled ? CancellationError() : failure
        }
    }

    private mutating func read(_ file: ImportInput.File, _ group: inout Group) async throws {
        let source = try ByteSource(file.path, isCompressed: file.isCompressed, environment: self.options.environment)
        let start = self.window.position
        var splitter = LineSplitter(afterLine: start.line, offset: start.offset)
        var piece = try await source.next(skipping: start.offset)
        while !piece.isEmpty {
            splitter.append(piece)
            while let line = splitter.next() { try await self.take(line, of: splitter, file, &group) }
            let read = Double(self.finishedBytes + source.position)
            let fraction = self.input.size > 0 ? read / Double(self.input.size) : nil
            self.progress.update(self.window.position.items, fraction: fraction)
            piece = try await source.next()
        }
        if let line = splitter.last() { try await self.take(line, of: splitter, file, &group) }
        if let promised = file.items, promised != self.window.position.itemsInFile {
            self.journal.note(file.name, promised: promised, found: self.window.position.itemsInFile)
        }
        self.window.position.nextFile()
        self.finishedBytes += file.size
    }

    private mutating func take(
        _ line: LineSplitter.Line,
        of splitter: borrowing LineSplitter,
        _ file: ImportInput.File,
        _ group: inout Group
    ) async throws {
        let content =
            line.range.map { ImportLine(splitter.bytes.span.extracting($0), self.store.schema) }
            ?? .bad("the line has more than \(LineSplitter.longestLine >> 20) MiB")
        switch content {
        case .blank:
            self.window.position.pass(line)
        case .change:
            throw Failure.incremental("line \(line.number.grouped) of \(file.name)")
        case .bad(let reason):
            let bad = BadLine(
                file: self.input.isFolder ? file.name : nil,
                line: line.number,
                offset: line.offset,
                reason: reason
            )
            try self.skip(bad)
            self.window.position.pass(line)
            self.window.position.itemsInFile += 1
            self.window.position.skipped += 1
        case .item(let item, let key):
            if self.window.holds(key) {
                try await self.send(&group)
                while !self.window.isIdle { try await self.receive(&group) }
            }
            self.window.position.pass(line)
            self.window.position.itemsInFile += 1
            self.window.position.items += 1
            self.window.add(item, key, size: line.size)
            if self.window.isBatchFull { try await self.send(&group) }
        }
    }

    private mutating func skip(_ bad: BadLine) throws(Failure) {
        guard self.options.skipsBadLines else {
            throw .usage(
                """
                \(self.input.name), \(bad.place): \(Self.sentence(bad.reason)) Pass --skip-bad to leave such lines out \
                and go on from there; after a correction of the file pass --restart.
                """
            )
        }
        if self.journal.badLines.count < ImportJournal.keptBadLines { self.journal.badLines.append(bad) }
        let position = self.window.position
        guard position.items > 0 || position.skipped + 1 < Self.linesUntilHopeless else {
            throw .usage(
                """
                \(self.input.name) is no file of DynamoDB JSON lines: none of its first \(Self.linesUntilHopeless) \
                lines is an item. \(bad.place): \(Self.sentence(bad.reason))
                """
            )
        }
    }

    private static func sentence(_ text: String) -> String { text.hasSuffix(".") ? text : "\(text)." }

    // MARK: Batches

    private mutating func send(_ group: inout Group) async throws(RegionError) {
        while self.window.isFull { try await self.receive(&group) }
        guard let batch = self.window.cut() else { return }
        group.addTask { [store = self.store] in
            do throws(RegionError) {
                return Sent(number: batch.number, result: .success(try await store.batchWrite(batch.writes).region))
            } catch {
                return Sent(number: batch.number, result: .failure(error))
            }
        }
    }

    private mutating func receive(_ group: inout Group) async throws(RegionError) {
        guard let sent = await group.next() else { return }
        try self.note(sent)
        guard self.time.now >= self.nextJournal else { return }
        self.journal.position = self.window.acknowledged
        await self.writeJournal()
    }

    private mutating func note(_ sent: Sent) throws(RegionError) {
        self.report.regions.insert(try sent.result.get())
        self.window.wasStored(sent.number)
    }

    // MARK: The journal

    private mutating func writeJournal() async {
        guard let path = self.journalPath else { return }
        var journal = self.journal
        journal.badLines = Array(journal.badLines.prefix(journal.position.skipped))
        let result = await self.queue.blocking { [journal] () throws(Failure) in try journal.write(to: path) }
        self.nextJournal = self.time.now.advanced(by: Self.journalInterval)
        guard case .failure(let failure) = result else { return }
        self.journalPath = nil
        self.console.note("This import cannot be resumed. \(failure.message) Another place can be given as --journal.")
    }

    private func removeJournal() {
        // One that stays is found complete, or at the beginning, by the next run.
        if let path = self.journalPath { try? FileManager.default.removeItem(atPath: path) }
    }

    // MARK: The end

    /// Leaves what the next run needs, and tells how to go on.
    private mutating func stopped(_ error: any Error) async -> any Error {
        let position = self.journal.position
        if position.items > 0 { await self.writeJournal() } else { self.removeJournal() }
        let isResumable = self.journalPath != nil && position.items > 0
        let stored = "\(position.items.grouped) items are stored, those up to \(self.place(position))."
        let advice = isResumable ? "Run the same command again to go on." : "This input has to be imported anew."
        if error is CancellationError {
            self.console.note("Interrupted. \(stored) \(advice)")
            return error
        }
        var failure = Failure(error)
        if position.items > 0 { failure.message += " \(stored)" }
        if error is RegionError { failure.message += " \(advice)" }
        return failure
    }

    private func place(_ position: ImportPosition) -> String {
        let line = "line \(position.line.grouped)"
        guard self.input.isFolder else { return line }
        guard position.file < self.input.files.count else { return "the end" }
        return "\(line) of \(self.input.files[position.file].name)"
    }
}
