internal import RegionKitCore

/// Turns requests into bodies that DynamoDB reads, and its answers into results; pure, for one table.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html>
///
/// What makes the same of a request here and on the other backends:
/// - An item whose time to live is over is left out of reads and counts as missing in conditions. An update of one is
///   refused, and done by a put in a second call.
/// - A single update that only removes and deletes does nothing where there is no item, stamp or not.
///
/// In a transaction, where there is no second call, an update of an item whose time is over works on what is left of it,
/// and an update that only removes and deletes bears no stamp, because the stamp alone would make an item.
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
    func result(of item: consuming Item?, now: Int64) -> GetResult {
        var result = GetResult(item: item)
        if let attribute = self.stampAttribute, let stamp = Stamp(result.item?[attribute]) {
            result.version = stamp.version
            result.item?[attribute] = nil
        }
        if let stored = result.item, self.schema.isExpired(stored, atMilliseconds: now) { result.item = nil }
        return result
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
