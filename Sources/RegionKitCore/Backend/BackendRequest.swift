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
}

extension BackendRequest {
    /// Whether the operation reads or writes.
    public var kind: OperationKind {
        switch self {
        case .get, .batchGet, .query, .scan: .read
        case .write, .batchWrite, .transact: .write
        }
    }

    /// Whether it is a write that other regions may repeat: puts and deletes without condition.
    public var isUnconditionalWrite: Bool {
        switch self {
        case .write(let write): write.isUnconditional
        case .batchWrite: true
        case .get, .batchGet, .query, .scan, .transact: false
        }
    }

    /// The partition key's value of an operation on one key or partition.
    public var partition: AttributeValue? {
        switch self {
        case .get(let key, _): key.partition
        case .query(let query) where query.index == nil: query.partition
        case .batchGet, .query, .scan, .write, .batchWrite, .transact: nil
        }
    }

    /// The same, and that of the item that a single write is about.
    func partition(in schema: TableSchema) -> AttributeValue? {
        if case .write(let write) = self { write.partition(in: schema) } else { self.partition }
    }

    /// The partition key's values of an operation on several items; none for others.
    func partitions(in schema: TableSchema) -> [AttributeValue] {
        switch self {
        case .batchGet(let keys, _): keys.map(\.partition)
        case .batchWrite(let writes), .transact(let writes): writes.compactMap { $0.partition(in: schema) }
        case .get, .query, .scan, .write: []
        }
    }

    /// The consistency that a read asks for; nil for writes.
    public var consistency: ReadConsistency? {
        switch self {
        case .get(_, let consistency), .batchGet(_, let consistency): consistency
        case .query(let query): query.consistency
        case .scan(let scan): scan.consistency
        case .write, .batchWrite, .transact: nil
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
        }
    }
}

extension Write {
    /// The partition key's value of the item it is about.
    fileprivate func partition(in schema: TableSchema) -> AttributeValue? {
        switch self.action {
        case .put(let item): item[schema.partitionKey.name]
        case .update(let key, _), .delete(let key), .check(let key): key.partition
        }
    }
}
