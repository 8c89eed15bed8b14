internal import RegionKitCore

extension TableSchema {
    /// A key that no item has.
    var heartbeatKey: Key {
        Key(self.partitionKey.heartbeatValue, sort: self.sortKey?.heartbeatValue)
    }

    /// The key of a region's heartbeat: probes read it, whether or not a ``HeartbeatMonitor`` writes it.
    func heartbeatKey(of region: Region) -> Key {
        let partition: AttributeValue =
            switch self.partitionKey.kind {
            // The origins of a store's regions differ.
            case .number: .number(Number(-Int64(Origin(region).rawValue)))
            case .binary: .binary(Array("rk-heartbeat-\(region)".utf8))
            default: .string("rk-heartbeat-\(region)")
            }
        return Key(partition, sort: self.sortKey?.heartbeatValue)
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
