public import RegionKitCore
internal import Synchronization

/// A region in one SQLite file: durable, fast, and good for development and for production on one machine.
///
/// Reads run where they are called, on a pool of connections; writes of all callers are committed in groups, so that
/// many share one sync of the disk, and each is answered after its commit. Any number of processes may open the file.
/// A new file takes no writes until ``markReady(_:in:)``; ``SQLiteRegions`` and `Replicator` see to it.
public final class SQLiteStore: ReplicaStore {
    /// The region whose rows the file holds.
    public let region: Region
    /// The table.
    public let schema: TableSchema
    /// Everything a replica store can do.
    public let capabilities = BackendCapabilities(
        honoursDeadlines: true,
        deduplicatesWrites: true,
        refusesLateWrites: true,
        versionsWrites: true,
        transactions: true,
        probesWrites: true
    )
    /// The file's absolute path.
    public let path: String

    let writer: Writer
    let readers: ReaderPool
    let control: EmulationControl
    private let isClosed = Atomic(false)

    init(_ session: sending WriteSession, _ configuration: Configuration) {
        self.region = configuration.region
        self.schema = configuration.schema
        self.path = configuration.path
        self.control = EmulationControl(configuration.emulation, database: configuration.path)
        self.readers = ReaderPool(configuration)
        self.writer = Writer(session, configuration, self.control)
    }

    // MARK: Reads

    /// The row of a key, deleted ones included.
    ///
    /// Both consistencies read the latest commit.
    public func load(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> ReplicaRow? {
        try await self.admit(.read, context)
        return try await self.readers.read(context) { reader throws(DatabaseFailure) in try reader.load(key) }
    }

    /// Live rows of a range in key order.
    public func rows(
        in range: ReplicaRange,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [ReplicaRow] {
        try await self.admit(.read, context)
        let query: RangeQuery
        do throws(ValidationError) {
            query = try RangeQuery(range, in: self.schema)
        } catch {
            throw BackendError(error)
        }
        let rows = try await self.readers.read(context) { reader throws(DatabaseFailure) in
            try reader.rows(query, limit: limit, context)
        }
        guard let rows else {
            throw BackendError(
                .unavailable,
                .unavailable,
                "Another process took the index away from region \(self.region); open it again."
            )
        }
        return rows
    }

    // MARK: Writes

    /// Does all changes or none.
    public func commit(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome
    {
        let fault = try await self.admit(.write, context)
        let work = WriteJob.Work.commit(EncodedCommit(commit, in: self.schema))
        guard case .committed(let outcome) = try await self.writer.run(work, context) else { throw self.mixUp }
        guard fault == .ambiguous else { return outcome }
        let version: Version? =
            switch outcome {
            case .committed(let version), .repeated(let version): version
            case .superseded, .refused: nil
            }
        throw BackendError(
            .unknownOutcome,
            .outcomeUnknown,
            "Region \(self.region) emulates answers that are lost.",
            clockCeiling: version?.timestamp
        )
    }

    // MARK: Replication

    /// Identity, position and clock.
    public func status(in context: AttemptContext) async throws(BackendError) -> ReplicaStatus {
        try await self.admit(.replication, context)
        return try await self.readers.read(context) { reader throws(DatabaseFailure) in try reader.status() }
    }

    /// Entries of the log after a cursor.
    public func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> ChangeBatch {
        try await self.admit(.replication, context)
        return try await self.readers.read(context) { reader throws(DatabaseFailure) in
            try reader.changes(after: cursor, limit: limit, context)
        }
    }

    /// The versions of all rows after a key, in key order.
    public func versions(
        after key: Key?,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [RowVersion] {
        try await self.admit(.replication, context)
        return try await self.readers.read(context) { reader throws(DatabaseFailure) in
            try reader.versions(after: key, limit: limit, context)
        }
    }

    /// The versions of keys' rows.
    public func versions(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [RowVersion] {
        try await self.admit(.replication, context)
        return try await self.readers.read(context) { reader throws(DatabaseFailure) in
            try reader.versions(of: keys, context)
        }
    }

    /// The rows of keys.
    public func rows(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [ReplicaRow] {
        try await self.admit(.read, context)
        return try await self.readers.read(context) { reader throws(DatabaseFailure) in
            try reader.rows(of: keys, context)
        }
    }

    /// Applies foreign rows.
    public func apply(
        _ application: ReplicaApplication,
        in context: AttemptContext
    ) async throws(BackendError) -> ApplicationOutcome {
        try await self.admit(.replication, context)
        let encoded: EncodedApplication
        do throws(ValidationError) {
            encoded = try EncodedApplication(application, in: self.schema)
        } catch {
            throw BackendError(.rejected, .validation, "A row from \(application.peer) is refused: \(error.message)")
        }
        guard case .applied(let outcome) = try await self.writer.run(.apply(encoded), context) else { throw self.mixUp }
        return outcome
    }

    /// Takes, renews or gives up leases; one that another process holds is read alone.
    public func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        in context: AttemptContext
    ) async throws(BackendError) -> Set<Region> {
        try await self.admit(.replication, context)
        var request = LeaseRequest(peers, holder, duration)
        let (asked, skew) = (request, self.control.clockSkewMilliseconds)
        let open = try? await self.readers.read(context) { reader throws(DatabaseFailure) in
            try reader.openLeases(asked, context.time.wallMilliseconds + skew)
        }
        // The look saves the write lock and no more: where it fails the writer has the word, as in any case the last.
        request.peers = open ?? peers
        guard !request.peers.isEmpty else { return [] }
        guard case .leased(let held) = try await self.writer.run(.lease(request), context) else { throw self.mixUp }
        return held
    }

    /// Draws a new incarnation.
    public func beginIncarnation(replacing incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.admit(.replication, context)
        _ = try await self.writer.run(.beginIncarnation(replacing: incarnation), context)
    }

    /// Lets the region take writes.
    public func markReady(_ incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.admit(.replication, context)
        _ = try await self.writer.run(.markReady(incarnation), context)
    }

    /// Forgets what nobody needs, a portion a transaction, so that callers' writes find their turn.
    public func collect(_ collection: ReplicaCollection, in context: AttemptContext) async throws(BackendError) {
        try await self.admit(.replication, context)
        while case .collected(hasMore: true) = try await self.writer.run(.collect(collection), context) {}
    }

    // MARK: Life

    /// Reads a row and writes the clock, both for real.
    ///
    /// A region that reads and does not write is reported so.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        let fault = try await self.admit(.probe, context)
        let isReady = try await self.readers.read(context) { reader throws(DatabaseFailure) in try reader.probe() }
        guard isReady, fault != .readOnly else { return ProbeReport(writable: false) }
        do throws(BackendError) {
            _ = try await self.writer.run(.probe, context)
            return ProbeReport(writable: true)
        } catch {
            if [.cancelled, .closed].contains(error.code) || error.failure == .throttled { throw error }
            return ProbeReport(writable: false)
        }
    }

    /// Lets the reads and the transaction under way end, refuses what waits, and closes the file.
    public func shutdown() async {
        self.isClosed.store(true, ordering: .releasing)
        await self.writer.close()
        self.readers.close()
    }

    private var mixUp: BackendError {
        BackendError(.unknownOutcome, .protocolViolation, "The writer answered another question.")
    }
}

// What operations meet before they reach the file.
extension SQLiteStore {
    private enum Use {
        case read
        case write
        case probe
        case replication
    }

    /// Lets a read through that is done elsewhere.
    func admitRead(_ context: AttemptContext) async throws(BackendError) {
        try await self.admit(.read, context)
    }

    /// Lets an operation through, or makes it suffer what is emulated; returns a fault that its caller has to emulate.
    @discardableResult
    private func admit(_ use: Use, _ context: AttemptContext) async throws(BackendError) -> SQLiteEmulation.Fault? {
        guard !self.isClosed.load(ordering: .acquiring) else { throw .closed }
        let now = context.time.now
        guard let fault = self.control.fault(at: now, context.time) else { return nil }
        switch (fault, use) {
        case (.outage, _):
            throw BackendError(.notSent, .unavailable, "Region \(self.region) emulates an outage.")
        case (.hang, _):
            try await self.wait(until: context.deadline, context)
        case (.readOnly, .write):
            throw BackendError(.readOnly, .readOnly, "Region \(self.region) emulates a read-only region.")
        case (.throttled, .read), (.throttled, .write), (.throttled, .probe):
            throw BackendError(.throttled, .throttled, "Region \(self.region) emulates throttling.")
        case (.slow(let delay), .read), (.slow(let delay), .write), (.slow(let delay), .probe):
            try await self.wait(until: now.advanced(by: delay), context)
        case (.readOnly, _), (.throttled, _), (.slow, _), (.ambiguous, _):
            break
        }
        return fault
    }

    private func wait(until instant: MonotonicInstant, _ context: AttemptContext) async throws(BackendError) {
        do {
            try await context.time.sleep(until: min(instant, context.deadline))
        } catch {
            throw BackendError(.notSent, .cancelled, "The operation was cancelled before it began.")
        }
        guard instant < context.deadline else {
            throw BackendError(
                .unknownOutcome,
                .deadlineExceeded,
                "Region \(self.region) emulates answers that take longer than the time that was left."
            )
        }
    }
}

// What a test or an operator sets.
extension SQLiteStore {
    /// Emulates faults in this process from now on; ``SQLiteEmulation/none`` ends it.
    public func emulate(_ emulation: SQLiteEmulation) {
        self.control.own = emulation
    }

    /// Emulates a fault of the region in this process from now on; nil ends it.
    ///
    /// Links and clock stay as they are.
    public func emulate(fault: SQLiteEmulation.Fault?) {
        self.control.own.fault = fault.map { SQLiteEmulation.Timed($0) }
    }

    /// What is emulated in this process.
    public var emulation: SQLiteEmulation { self.control.own }

    /// Why the control file beside the database is ignored; nil when there is none or it is in order.
    public var emulationProblem: BackendError? { self.control.problem }
}
