public import RegionKitCore

/// Several regions, each a Redis server of its own, and the replication between them.
///
/// ```swift
/// let regions = try await RedisRegions.open([
///     (RedisStore.Configuration(region: "us-west-2", schema: schema), RedisAddress(host: "10.1.0.5")),
///     (RedisStore.Configuration(region: "us-east-1", schema: schema), RedisAddress(host: "10.2.0.5")),
/// ])
/// let store = try MultiRegionStore(schema: schema, regions: regions.endpoints, services: [regions])
/// ```
///
/// As a service it replicates. Any number of processes may do so with the same servers: one carries the changes over a
/// link, and another one takes over when it ends.
public final class RedisRegions: StoreService {
    /// The regions' stores, in the order given.
    public let stores: [RedisStore]
    /// What carries changes between them.
    ///
    /// ``run()`` runs it.
    public let replicator: Replicator

    private init(
        _ stores: [RedisStore],
        _ configuration: Replicator.Configuration,
        _ time: any TimeSource,
        _ onEvent: @escaping @Sendable (ReplicatorEvent) -> Void
    ) {
        self.stores = stores
        self.replicator = Replicator(stores, configuration: configuration, time: time, onEvent: onEvent)
    }

    /// The regions for a ``MultiRegionStore``, in the order given: the first is the primary.
    public var endpoints: [RegionEndpoint] {
        self.stores.map { RegionEndpoint($0.region, ReplicaBackend($0)) }
    }

    /// Prepares regions, and lets those take writes that are new or have caught up.
    ///
    /// A server that does not answer holds up nobody for longer than ``Replicator/Configuration/callTimeout``, and is no
    /// error: its region is made ready by ``run()`` once it is back.
    ///
    /// - Parameters:
    ///   - regions: Each region and where its server is, the primary first.
    ///   - onEvent: Told what happens to replication; must return soon.
    /// - Throws: ``ConfigurationError`` naming what cannot work, for example two regions in one place.
    public static func open(
        _ regions: [(configuration: RedisStore.Configuration, address: RedisAddress)],
        replication: Replicator.Configuration = Replicator.Configuration(),
        time: any TimeSource = SystemTime(),
        onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) async throws -> RedisRegions {
        var owners: [[String]: Region] = [:]
        for (configuration, address) in regions {
            let place = [address.host.lowercased(), "\(address.port)", "\(address.database)", configuration.namespace]
            guard let owner = owners.updateValue(configuration.region, forKey: place) else { continue }
            throw ConfigurationError(
                field: "regions",
                "\(configuration.region) and \(owner) have the same place, \(address), namespace "
                    + "\(configuration.namespace); each region needs a server of its own"
            )
        }
        var stores: [RedisStore] = []
        do {
            for (configuration, address) in regions {
                stores.append(try RedisStore(configuration, at: address, time: time))
            }
            let opened = RedisRegions(stores, replication, time, onEvent)
            try await opened.replicator.prepare()
            return opened
        } catch {
            for store in stores { await store.shutdown() }
            throw error
        }
    }

    /// Replicates until the task is cancelled.
    public func run() async throws {
        try await self.replicator.run()
    }

    /// How far a region is behind the worst of its peers; nil before it has caught up once.
    public func replicationLag(of region: Region) -> Duration? {
        self.replicator.replicationLag(of: region)
    }

    /// Closes all connections.
    public func shutdown() async {
        for store in self.stores { await store.shutdown() }
    }
}
