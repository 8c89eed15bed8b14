internal import RegionKitCore

extension TableSchema {
    /// The key that probes read.
    var heartbeatKey: Key {
        Key(self.partitionKey.heartbeatValue, sort: self.sortKey?.heartbeatValue)
    }
}

extension TableSchema.KeyAttribute {
    /// A value of its type that no item of a caller's is expected to have.
    var heartbeatValue: AttributeValue {
        switch self.kind {
        case .number: .number(0)
        case .binary: .binary(Array("rk-heartbeat".utf8))
        default: .string("rk-heartbeat")
        }
    }
}
