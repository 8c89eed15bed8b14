internal import RegionKitCore

/// A ``ReplicaApplication``, checked and encoded on the caller's thread.
struct EncodedApplication: Sendable {
    struct Row: Sendable {
        var row: EncodedRow
        var version: Version
        var operation: OperationID
    }

    var peer: Region
    var rows: [Row]
    var from: ReplicaCursor?
    var to: ReplicaCursor
    var maximumDrift: Duration
    var purge: [EncodedKey]
    var purgeBound: Version?

    /// Rows come from elsewhere: keys and items must be what this table can have.
    init(_ application: ReplicaApplication, in schema: TableSchema) throws(ValidationError) {
        self.peer = application.peer
        self.from = application.from
        self.to = application.to
        self.maximumDrift = application.maximumDrift
        self.purgeBound = application.purgeBound
        self.rows = []
        self.rows.reserveCapacity(application.rows.count)
        for row in application.rows {
            try ItemLimits.validate(row.key, for: schema)
            if let item = row.item { try ItemLimits.validate(item, for: schema) }
            let encoded = EncodedRow(EncodedKey(row.key), row.item, in: schema)
            self.rows.append(Row(row: encoded, version: row.version, operation: row.operation))
        }
        self.purge = application.purge.map { EncodedKey($0) }
    }
}
