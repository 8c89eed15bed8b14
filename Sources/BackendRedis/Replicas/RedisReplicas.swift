public import RegionKitCore

/// Several regions, each a Redis server of its own, among which Redis itself replicates (`REPLICAOF`, Sentinel).
///
/// ```swift
/// let replicas = try RedisReplicas(schema: schema, [("berlin", berlin), ("madrid", madrid)])
/// let store = try MultiRegionStore(schema: schema, regions: replicas.endpoints)
/// ```
///
/// All servers hold the same rows. Reads go to any region; writes go to the one whose server says that it is the master
/// (`ROLE`), wherever it stands in the order. After a promotion by an operator or by Sentinel the next write finds the new
/// master. RegionKit promotes no server and configures no replication, ever.
///
/// Redis replicates asynchronously: a write that was acknowledged and had not reached the server that is promoted is lost.
/// ``RedisRegions`` loses none.
public final class RedisReplicas: Sendable {
    /// The regions in the order given.
    public let replicas: [RedisReplica]
    private let servers: RedisReplicaSet

    /// Prepares regions; nothing is contacted yet.
    ///
    /// - Parameters:
    ///   - schema: The table.
    ///   - regions: Each region and where its server is, in order of preference for reads. The master may be any of them.
    ///   - namespace: What the table's keys begin with in all servers: `{rk:NAMESPACE}`. [the table's name]
    /// - Throws: ``ConfigurationError`` naming what cannot work, for example two regions in one server.
    public convenience init(
        schema: TableSchema,
        _ regions: [(region: Region, address: RedisAddress)],
        namespace: String? = nil,
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        var owners: [String: Region] = [:]
        var servers: [(configuration: RedisStore.Configuration, transport: any RedisTransport)] = []
        for (region, address) in regions {
            let place = "\(address.host.lowercased()):\(address.port)"
            if let owner = owners.updateValue(region, forKey: place) {
                throw ConfigurationError(
                    field: "regions",
                    "\(region) and \(owner) have the same server, \(address); a server and its replica are two"
                )
            }
            guard address.database == regions.first?.address.database else {
                throw ConfigurationError(
                    field: "regions",
                    "\(region) has database \(address.database), and the first region another; replicas have the same"
                )
            }
            let configuration = RedisStore.Configuration(region: region, schema: schema, namespace: namespace)
            try configuration.validate()
            try RedisClient.Configuration(address).check()
            servers.append((configuration, try RedisClient(RedisClient.Configuration(address), time: time)))
        }
        try self.init(servers)
    }

    init(
        _ servers: [(configuration: RedisStore.Configuration, transport: any RedisTransport)]
    ) throws(ConfigurationError) {
        var stores: [RedisStore] = []
        for (configuration, transport) in servers {
            stores.append(try RedisStore(configuration, transport: transport, isNative: true))
        }
        let members = stores.map { store in
            RedisReplicaSet.Member(region: store.region) { context throws(BackendError) in
                try await store.role(in: context)
            }
        }
        let set = RedisReplicaSet(members)
        self.servers = set
        self.replicas = stores.map { RedisReplica($0, among: set) }
    }

    /// The regions for a ``MultiRegionStore``, in the order given.
    public var endpoints: [RegionEndpoint] {
        self.replicas.map { RegionEndpoint($0.region, $0) }
    }

    /// The region whose server was last known to be the master; nil before a write or a probe has found one.
    public var master: Region? { self.servers.master }

    /// Closes all connections.
    public func shutdown() async {
        for replica in self.replicas { await replica.shutdown() }
    }
}
