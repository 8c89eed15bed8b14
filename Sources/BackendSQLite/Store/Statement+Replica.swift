internal import RegionKitCore

/// Versions, ids and rows in the columns of a statement.
extension Statement {
    func bind(_ index: Int32, _ key: EncodedKey) throws(DatabaseFailure) {
        try self.bind(index, key.partition)
        try self.bind(index + 1, key.sort)
    }

    /// Three columns.
    func bind(_ index: Int32, _ version: Version?) throws(DatabaseFailure) {
        try self.bind(index, version?.timestamp)
        try self.bind(index + 2, version.map { Int64($0.origin.rawValue) })
    }

    /// Two columns.
    func bind(_ index: Int32, _ timestamp: HybridTimestamp?) throws(DatabaseFailure) {
        try self.bind(index, timestamp?.milliseconds)
        try self.bind(index + 1, timestamp.map { Int64($0.counter) })
    }

    /// Two columns.
    func bind(_ index: Int32, _ operation: OperationID) throws(DatabaseFailure) {
        try self.bind(index, Int64(bitPattern: operation.high))
        try self.bind(index + 1, Int64(bitPattern: operation.low))
    }

    func key(_ column: Int32) -> EncodedKey {
        EncodedKey(partition: self.bytes(column), sort: self.bytes(column + 1))
    }

    func timestamp(_ column: Int32) -> HybridTimestamp {
        HybridTimestamp(
            milliseconds: self.integer(column),
            counter: UInt32(truncatingIfNeeded: self.integer(column + 1))
        )
    }

    func version(_ column: Int32) -> Version {
        Version(timestamp: self.timestamp(column), origin: self.origin(column + 2))
    }

    func origin(_ column: Int32) -> Origin {
        Origin(rawValue: UInt64(bitPattern: self.integer(column)))
    }

    func operation(_ column: Int32) -> OperationID {
        OperationID(
            high: UInt64(bitPattern: self.integer(column)),
            low: UInt64(bitPattern: self.integer(column + 1))
        )
    }

    /// An item's JSON; nil for a tombstone.
    func item(_ column: Int32) throws(DatabaseFailure) -> Item? {
        guard !self.isNull(column) else { return nil }
        return try self.withBytes(column) { bytes throws(DatabaseFailure) in
            do {
                return try DynamoDBJSON.decode(bytes)
            } catch {
                throw DatabaseFailure(code: .corrupt, message: "a stored item is damaged: \(error)", stage: .read)
            }
        }
    }

    /// A key of the table.
    func key(_ column: Int32, in schema: TableSchema) throws(DatabaseFailure) -> Key {
        guard let key = self.key(column).key(in: schema) else {
            throw DatabaseFailure(code: .corrupt, message: "a stored key is damaged", stage: .read)
        }
        return key
    }
}

extension Statement {
    /// Five columns.
    func bind(_ index: Int32, _ definition: TableSchema.Index) throws(DatabaseFailure) {
        try self.bind(index, definition.name)
        try self.bind(index + 1, definition.partitionKey, definition.sortKey)
    }

    /// Four columns.
    func bind(
        _ index: Int32,
        _ partitionKey: TableSchema.KeyAttribute,
        _ sortKey: TableSchema.KeyAttribute?
    ) throws(DatabaseFailure) {
        try self.bind(index, partitionKey.name)
        try self.bind(index + 1, partitionKey.kind.rawValue)
        try self.bind(index + 2, sortKey?.name)
        try self.bind(index + 3, sortKey?.kind.rawValue)
    }

    /// Five columns.
    func bind(_ index: Int32, _ cursor: ReplicaCursor) throws(DatabaseFailure) {
        try self.bind(index, Int64(bitPattern: cursor.incarnation))
        try self.bind(index + 1, cursor.sequence)
        try self.bind(index + 2, cursor.version)
    }

    func cursor(_ column: Int32) -> ReplicaCursor {
        ReplicaCursor(
            incarnation: UInt64(bitPattern: self.integer(column)),
            sequence: self.integer(column + 1),
            version: self.isNull(column + 2) ? nil : self.version(column + 2)
        )
    }
}
