internal import Synchronization

/// A full ``RegionBackend`` over a plain ``ReplicaStore``: conditions, updates, batches, transactions, paging and
/// expiry are done here, by reading, deciding and committing with compare-and-swap on the version.
///
/// - A commit that was overtaken by another writer is decided anew from a fresh read, until the deadline
///   (`conflict`). An unconditional put or delete is one commit without a read; so is a batch of them, which is done
///   as a whole or not at all.
/// - Items whose time-to-live is over are left out of reads and count as missing in conditions.
/// - A repeated write (``AttemptContext/mayHaveRun``) that had been done answers with its first version. The item it
///   returned then is not stored: `.new` is answered while nobody has changed the item since, `.old` never.
/// - A condition that fails for a repeat refuses the operation id for good, so a late first attempt does nothing.
public final class ReplicaBackend<Store: ReplicaStore>: RegionBackend {
    /// The store underneath.
    public let store: Store
    let latest = Mutex(HybridTimestamp.zero)

    /// Stands a backend on a store.
    public init(_ store: Store) {
        self.store = store
    }

    /// The store's capabilities, and transactions.
    public var capabilities: BackendCapabilities {
        var capabilities = self.store.capabilities
        capabilities.transactions = true
        return capabilities
    }

    /// Performs one attempt of one operation.
    public func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        switch request {
        case .get(let key, let consistency):
            return .item(try await self.get(key, consistency, in: context))
        case .batchGet(let keys, _):
            let rows = try await self.store.rows(ofAll: keys, in: context)
            return .items(keys.map { self.result(rows[$0], in: context) })
        case .query(let query):
            let range = ReplicaRange(
                query.index.map { .index($0, query.partition) } ?? .partition(query.partition),
                sort: query.sort,
                descending: query.descending,
                after: query.next,
                consistency: query.consistency
            )
            return .page(try await self.page(range, index: query.index, query.limit, query.filter, in: context))
        case .scan(let scan):
            let range = ReplicaRange(.table, after: scan.next, consistency: scan.consistency)
            return .page(try await self.page(range, index: nil, scan.limit, scan.filter, in: context))
        case .write(let write):
            guard let result = try await self.commit([write], in: context).first else {
                throw BackendError(.rejected, .protocolViolation, "A write without result.")
            }
            return .written(result)
        case .batchWrite(let writes), .transact(let writes):
            return .batch(try await self.commit(writes, in: context))
        case .resolve(let write):
            return .outcome(try await self.outcome(of: write, in: context))
        }
    }

    /// Asks the store.
    public func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        try await self.store.probe(in: context)
    }

    /// Ends the store.
    public func shutdown() async {
        await self.store.shutdown()
    }
}
