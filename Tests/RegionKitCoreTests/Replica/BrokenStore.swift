import RegionKitCore
import RegionKitTesting

/// A replica store that bends what goes in or out, to prove that a suite notices.
struct BrokenStore: ReplicaStore {
    var base: InMemoryReplicaStore
    var bendCommit: @Sendable (inout ReplicaCommit, inout AttemptContext) -> Void = { _, _ in }
    var bendApplication: @Sendable (inout ReplicaApplication) -> Void = { _ in }
    var bendBatch: @Sendable (ChangeBatch) -> ChangeBatch = { $0 }
    var bendStatus: @Sendable (inout ReplicaStatus) -> Void = { _ in }
    var bendLease: @Sendable (inout UInt64, inout Duration) -> Void = { _, _ in }
    var bendCollection: @Sendable (inout ReplicaCollection) -> Void = { _ in }
    var bendVersions: @Sendable ([RowVersion]) -> [RowVersion] = { $0 }
    var bendRows: @Sendable ([ReplicaRow]) -> [ReplicaRow] = { $0 }

    var region: Region { self.base.region }
    var schema: TableSchema { self.base.schema }
    var capabilities: BackendCapabilities { self.base.capabilities }

    func load(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> ReplicaRow? {
        try await self.base.load(key, consistency, in: context)
    }

    func rows(
        in range: ReplicaRange,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [ReplicaRow] {
        try await self.base.rows(in: range, limit: limit, in: context)
    }

    func commit(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome {
        var (commit, context) = (commit, context)
        self.bendCommit(&commit, &context)
        return try await self.base.commit(commit, in: context)
    }

    func status(in context: AttemptContext) async throws(BackendError) -> ReplicaStatus {
        var status = try await self.base.status(in: context)
        self.bendStatus(&status)
        return status
    }

    func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> ChangeBatch {
        self.bendBatch(try await self.base.changes(after: cursor, limit: limit, in: context))
    }

    func versions(
        after key: Key?,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [RowVersion] {
        self.bendVersions(try await self.base.versions(after: key, limit: limit, in: context))
    }

    func versions(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [RowVersion] {
        self.bendVersions(try await self.base.versions(of: keys, in: context))
    }

    func rows(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [ReplicaRow] {
        self.bendRows(try await self.base.rows(of: keys, in: context))
    }

    func apply(
        _ application: ReplicaApplication,
        in context: AttemptContext
    ) async throws(BackendError) -> ApplicationOutcome {
        var application = application
        self.bendApplication(&application)
        return try await self.base.apply(application, in: context)
    }

    func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        in context: AttemptContext
    ) async throws(BackendError) -> Set<Region> {
        var (holder, duration) = (holder, duration)
        self.bendLease(&holder, &duration)
        return try await self.base.lease(peers, to: holder, for: duration, in: context)
    }

    func beginIncarnation(replacing incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.base.beginIncarnation(replacing: incarnation, in: context)
    }

    func markReady(_ incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.base.markReady(incarnation, in: context)
    }

    func collect(_ collection: ReplicaCollection, in context: AttemptContext) async throws(BackendError) {
        var collection = collection
        self.bendCollection(&collection)
        try await self.base.collect(collection, in: context)
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try await self.base.probe(in: context)
    }

    func shutdown() async {
        await self.base.shutdown()
    }
}
