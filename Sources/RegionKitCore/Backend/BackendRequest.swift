/// One operation as a backend sees it, validated against the table's schema and the limits of ``ItemLimits``.
public enum BackendRequest: Hashable, Sendable {
    /// Reads one item. Answered by ``BackendResponse/item(_:)``.
    case get(Key, ReadConsistency)
    /// Reads up to 100 items. Answered by ``BackendResponse/items(_:)``, in the order of the keys.
    case batchGet([Key], ReadConsistency)
    /// Reads a page of one partition. Answered by ``BackendResponse/page(_:)``.
    indirect case query(Query)
    /// Reads a page of the table. Answered by ``BackendResponse/page(_:)``.
    indirect case scan(Scan)
    /// Changes one item. Answered by ``BackendResponse/written(_:)``.
    case write(Write)
    /// Does up to 25 unconditional puts and deletes, each on its own. Answered by ``BackendResponse/batch(_:)``.
    case batchWrite([Write])
    /// Does up to 100 writes on different items, all or none. Answered by ``BackendResponse/batch(_:)``.
    case transact([Write])
    /// Finds out what became of the write whose id is ``AttemptContext/operation``; a region that can, refuses it for
    /// good if it was not done. Answered by ``BackendResponse/outcome(_:)``.
    case resolve(UnresolvedWrite)
}

extension BackendRequest {
    /// Whether the operation reads or writes.
    public var kind: OperationKind {
        switch self {
        case .get, .batchGet, .query, .scan: .read
        case .write, .batchWrite, .transact, .resolve: .write
        }
    }

    /// Whether it is a write that other regions may repeat: puts and deletes without condition.
    public var isUnconditionalWrite: Bool {
        switch self {
        case .write(let write): write.isUnconditional
        case .batchWrite: true
        case .get, .batchGet, .query, .scan, .transact, .resolve: false
        }
    }

    /// The partition key's value of an operation on one key or partition; nil for others.
    public func partition(in schema: TableSchema) -> AttributeValue? {
        switch self {
        case .get(let key, _): key.partition
        case .query(let query) where query.index == nil: query.partition
        case .write(let write): write.partition(in: schema)
        case .resolve(let write): write.keys.count == 1 ? write.keys[0].partition : nil
        case .batchGet, .query, .scan, .batchWrite, .transact: nil
        }
    }

    /// The partition key's values of an operation on several keys, each once; empty for others.
    public func partitions(in schema: TableSchema) -> Set<AttributeValue> {
        switch self {
        case .batchGet(let keys, _): Set(keys.map(\.partition))
        case .batchWrite(let writes), .transact(let writes): Set(writes.compactMap { $0.partition(in: schema) })
        case .resolve(let write): Set(write.keys.map(\.partition))
        case .get, .query, .scan, .write: []
        }
    }

    /// The consistency that a read asks for; nil for writes.
    public var consistency: ReadConsistency? {
        switch self {
        case .get(_, let consistency), .batchGet(_, let consistency): consistency
        case .query(let query): query.consistency
        case .scan(let scan): scan.consistency
        case .write, .batchWrite, .transact, .resolve: nil
        }
    }

    /// The operation's name in metrics, events and errors.
    ///
    /// For example `get`, `put` or `transact`.
    public var name: StaticString {
        switch self {
        case .get: "get"
        case .batchGet: "batchGet"
        case .query: "query"
        case .scan: "scan"
        case .write(let write):
            switch write.action {
            case .put: "put"
            case .update: "update"
            case .delete: "delete"
            case .check: "check"
            }
        case .batchWrite: "batchWrite"
        case .transact: "transact"
        case .resolve: "resolve"
        }
    }
}
