internal import RegionKitCore

/// Turns requests into bodies that DynamoDB reads, and its answers into results; pure, for one table.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html>
///
/// Where DynamoDB and the other backends differ:
/// - An item whose time to live is over counts as missing in conditions, as everywhere. An update of one without
///   condition sees it, for DynamoDB has no way to look away.
/// - A single update that only removes and deletes does nothing where there is no item, as everywhere; DynamoDB is told
///   so by a condition, whose failure ``result(of:refusedWith:now:)`` turns into success.
/// - In a transaction such an update bears no stamp, because the stamp alone would make an item.
struct DynamoWire: Sendable {
    let schema: TableSchema
    /// The attribute that holds stamps; nil where none are written.
    let stampAttribute: String?

    init(_ schema: TableSchema, stampAttribute: String? = "_rk") {
        self.schema = schema
        self.stampAttribute = stampAttribute
    }

    /// What holds for an item whose time to live is over; nil where the table knows no such time.
    func isExpired(now: Int64) -> Condition? {
        self.schema.timeToLiveAttribute.map {
            .compare(.path(AttributePath($0)), .lessOrEqual, .value(.number(Number(now / 1000))))
        }
    }

    /// An item without its stamp, nil when its time is over, and its version.
    ///
    /// An attribute that is no stamp stays: it is somebody else's.
    func result(of item: Item?, now: Int64) -> GetResult {
        guard var item else { return GetResult(item: nil) }
        let stamp = self.stamp(of: item)
        if stamp != nil, let attribute = self.stampAttribute { item[attribute] = nil }
        let isOver = self.schema.timeToLiveAttribute != nil && self.schema.isExpired(item, atMilliseconds: now)
        return GetResult(item: isOver ? nil : item, version: stamp?.version)
    }

    /// The stamp that an item bears.
    func stamp(of item: Item?) -> Stamp? {
        self.stampAttribute.flatMap { Stamp(item?[$0]) }
    }

    /// What a fault means; the stored item is one as callers see them.
    func error(_ fault: ServiceFault, for kind: OperationKind, now: Int64) -> BackendError {
        var error = fault.backendError(for: kind)
        error.storedItem = self.result(of: error.storedItem, now: now).item
        return error
    }
}
