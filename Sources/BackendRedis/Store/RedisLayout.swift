internal import RegionKitCore

/// Under which keys a region stands in its server.
///
/// All of them have one hash tag, `{rk:NAMESPACE}`, so that a cluster keeps them on one node.
///
/// | key | type | holds |
/// |---|---|---|
/// | `:meta` | hash | format, region, schema, incarnation, the run id in which it is ready, clock, ends of the log, floor |
/// | `:i:` + key | hash | a row: `m c o` its version, `h` its operation, `d` whether it is deleted, `v` the item's JSON, `x` its members in the indexes |
/// | `:live` `:dead` | sorted set | the keys of live and of deleted rows, in order of their bytes |
/// | `:graves` | sorted set | the keys of deleted rows by time |
/// | `:x:` + index | sorted set | the rows of an index in its order, each with its key |
/// | `:log` | stream | the changes made here, `NUMBER-0`: key, version and operation |
/// | `:op:` + id | string | digest and version of an operation, for ten minutes; as many as there are writes in that time |
/// | `:cursors` | hash | how far each peer's log is applied |
/// | `:due` `:parked` | sorted set, hash | rows ahead of time |
/// | `:leases` | hash | who carries each peer's changes |
///
/// The log has keys and no items: a peer is sent the row as it is now, which is the entry's or a newer one, so a log
/// that waits for a peer takes little memory. Rows never expire in Redis, since they would leave no tombstone.
struct RedisLayout: Sendable {
    /// Which layout this is; a change that older versions cannot read raises it.
    static let formatVersion = 1
    /// The times that the scripts count exactly.
    static let milliseconds: Range<Int64> = 0..<1 << 52

    let prefix: String
    let meta: [UInt8]
    let log: [UInt8]
    let live: [UInt8]
    let dead: [UInt8]
    let graves: [UInt8]
    let cursors: [UInt8]
    let due: [UInt8]
    let parked: [UInt8]
    let leases: [UInt8]
    /// What every row's key begins with.
    let rows: [UInt8]
    /// In the schema's order.
    let indexes: [[UInt8]]

    init(namespace: String, schema: TableSchema) {
        let prefix = "{rk:\(namespace)}"
        func key(_ name: String) -> [UInt8] { Array("\(prefix):\(name)".utf8) }
        self.prefix = prefix
        self.meta = key("meta")
        self.log = key("log")
        self.live = key("live")
        self.dead = key("dead")
        self.graves = key("graves")
        self.cursors = key("cursors")
        self.due = key("due")
        self.parked = key("parked")
        self.leases = key("leases")
        self.rows = key("i:")
        self.indexes = schema.indexes.map { key("x:\($0.name)") }
    }

    func operation(_ operation: OperationID) -> [UInt8] {
        Array("\(self.prefix):op:\(operation)".utf8)
    }

    /// A number for a life of a region that begins now: higher than those of all lives before.
    static func incarnation(atMilliseconds wall: Int64, after last: UInt64 = 0) -> UInt64 {
        max(last + 1, UInt64(clamping: wall) << 16 | .random(in: 0...0xFFFF))
    }

    /// What a table is, as text that differs where stored rows or their places would.
    ///
    /// The time-to-live attribute is not in it: it is looked at by readers alone.
    static func description(of schema: TableSchema) -> String {
        func text(_ keys: TableSchema.KeyAttribute?...) -> String {
            keys.compactMap(\.self).map { "\($0.name) (\($0.kind.rawValue))" }.joined(separator: ", ")
        }
        // In the schema's order, because rows hold their places in it.
        let indexes = schema.indexes.map { "\($0.name) on \(text($0.partitionKey, $0.sortKey))" }
        return "table \(schema.name) with the keys \(text(schema.partitionKey, schema.sortKey))"
            + (indexes.isEmpty ? " and no index" : " and the indexes " + indexes.joined(separator: "; "))
    }
}
