public import RegionKitCore

/// A full backend in memory.
public typealias InMemoryBackend = ReplicaBackend<InMemoryReplicaStore>

extension ReplicaBackend where Store == InMemoryReplicaStore {
    /// An empty region in memory.
    public convenience init(_ region: Region, schema: TableSchema) {
        self.init(InMemoryReplicaStore(region, schema: schema))
    }
}
