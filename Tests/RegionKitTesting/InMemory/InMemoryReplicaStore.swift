public import RegionKitCore
internal import Synchronization

/// A complete ``ReplicaStore`` in memory: the reference for other stores, and the fast one for tests.
///
/// Time comes from each call's context; the region's wall clock can be set apart with ``setClockSkew(_:)``. A test can
/// take the region down, wipe it, or restore an older copy of its data.
public final class InMemoryReplicaStore: ReplicaStore {
    /// A copy of a store's data at one moment.
    public struct Copy: Sendable {
        fileprivate var data: InMemoryReplicaData
    }

    private struct State {
        var data: InMemoryReplicaData
        var clockSkew = Duration.zero
        var outage: BackendError?
        var isClosed = false
    }

    /// The region.
    public let region: Region
    /// The table.
    public let schema: TableSchema
    /// All that a replica store can do; deadlines are met because nothing ever waits.
    public let capabilities = BackendCapabilities(
        honoursDeadlines: true,
        deduplicatesWrites: true,
        refusesLateWrites: true,
        versionsWrites: true,
        transactions: true,
        probesWrites: true
    )
    private let state: Mutex<State>

    /// Creates an empty region.
    ///
    /// - Parameters:
    ///   - isReady: Whether it takes writes before a replicator has seen it.
    ///   - parkingLimit: How many rows it parks at most.
    ///   - recordLimit: How many operation ids it remembers at most; beyond, writes are throttled.
    public init(
        _ region: Region,
        schema: TableSchema,
        isReady: Bool = true,
        parkingLimit: Int = 10_000,
        recordLimit: Int = 100_000
    ) {
        self.region = region
        self.schema = schema
        let data = InMemoryReplicaData(
            region: region,
            schema: schema,
            isReady: isReady,
            parkingLimit: parkingLimit,
            recordLimit: recordLimit
        )
        self.state = Mutex(State(data: data))
    }

    /// The row of a key, deleted ones included.
    public func load(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> ReplicaRow? {
        try self.withData(in: context) { data, _ in data.rows[key] }
    }

    /// Live rows of a range in key order.
    public func rows(
        in range: ReplicaRange,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [ReplicaRow] {
        try self.withData(in: context) { data, _ in data.rows(in: range, limit: limit) }
    }

    /// Does all changes or none.
    public func commit(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome
    {
        try self.withData(in: context) { data, wall throws(BackendError) in
            try data.commit(commit, wallMilliseconds: wall, in: context)
        }
    }

    /// Identity, position and clock.
    public func status(in context: AttemptContext) async throws(BackendError) -> ReplicaStatus {
        try self.withData(in: context) { data, _ in data.status }
    }

    /// Entries of the log after a cursor.
    public func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> ChangeBatch {
        try self.withData(in: context) { data, _ in data.changes(after: cursor, limit: limit) }
    }

    /// The versions of all rows after a key, in key order.
    public func versions(
        after key: Key?,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [RowVersion] {
        try self.withData(in: context) { data, _ in
            data.allRows(after: key, limit: limit).map { RowVersion(key: $0.key, version: $0.version) }
        }
    }

    /// The versions of keys' rows.
    public func versions(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [RowVersion] {
        try self.withData(in: context) { data, _ in
            keys.compactMap { data.rows[$0] }.map { RowVersion(key: $0.key, version: $0.version) }
        }
    }

    /// The rows of keys.
    public func rows(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [ReplicaRow] {
        try self.withData(in: context) { data, _ in
            var (rows, bytes) = ([ReplicaRow](), 0)
            for key in keys where bytes < 1 << 20 {
                guard let row = data.rows[key] else { continue }
                rows.append(row)
                bytes += row.item.map { ItemLimits.size(of: $0) } ?? 0
            }
            return rows
        }
    }

    /// Applies foreign rows.
    public func apply(
        _ application: ReplicaApplication,
        in context: AttemptContext
    ) async throws(BackendError) -> ApplicationOutcome {
        try self.withData(in: context) { data, wall throws(BackendError) in
            try data.apply(application, wallMilliseconds: wall)
        }
    }

    /// Takes, renews or gives up leases.
    public func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        in context: AttemptContext
    ) async throws(BackendError) -> Set<Region> {
        try self.withData(in: context) { data, wall in
            data.lease(peers, to: holder, for: duration, wallMilliseconds: wall)
        }
    }

    /// Draws a new incarnation.
    public func beginIncarnation(replacing incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try self.withData(in: context) { data, wall in
            data.beginIncarnation(replacing: incarnation, wallMilliseconds: wall)
        }
    }

    /// Lets the region take writes.
    public func markReady(_ incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try self.withData(in: context) { data, _ in
            if data.incarnation == incarnation { data.isReady = true }
        }
    }

    /// Forgets what nobody needs.
    public func collect(_ collection: ReplicaCollection, in context: AttemptContext) async throws(BackendError) {
        try self.withData(in: context) { data, _ in data.collect(collection, at: context.time.now) }
    }

    /// Answers while the region is up; `writable` when it is ready.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try self.withData(in: context) { data, _ in ProbeReport(writable: data.isReady) }
    }

    /// Ends the store.
    public func shutdown() async {
        self.state.withLock { $0.isClosed = true }
    }

    private func withData<Result: Sendable>(
        in context: AttemptContext,
        _ body: (inout InMemoryReplicaData, _ wallMilliseconds: Int64) throws(BackendError) -> Result
    ) throws(BackendError) -> Result {
        try self.state.withLock { state throws(BackendError) in
            if state.isClosed { throw BackendError(.notSent, .closed, "The store was shut down.") }
            if let outage = state.outage { throw outage }
            let wall = context.time.wallMilliseconds + state.clockSkew.wholeNanoseconds / 1_000_000
            return try body(&state.data, wall)
        }
    }
}

// What a test does to a region.
extension InMemoryReplicaStore {
    /// Sets the region's wall clock apart from the one in the contexts.
    public func setClockSkew(_ skew: Duration) {
        self.state.withLock { $0.clockSkew = skew }
    }

    /// Makes every call fail with `error`; nil ends the outage.
    public func setOutage(_ error: BackendError?) {
        self.state.withLock { $0.outage = error }
    }

    /// The data as it is now.
    public func copy() -> Copy {
        self.state.withLock { Copy(data: $0.data) }
    }

    /// Puts an earlier copy in the place of the data, as a restore from a backup does.
    public func restore(_ copy: Copy) {
        self.state.withLock { $0.data = copy.data }
    }

    /// Loses everything, as a new disk does: the region is another one of the same name.
    public func wipe(isReady: Bool = true) {
        self.state.withLock { $0.data = $0.data.emptied(isReady: isReady) }
    }

    /// All rows, deleted ones included.
    public var contents: [Key: ReplicaRow] {
        self.state.withLock { $0.data.rows }
    }
}
