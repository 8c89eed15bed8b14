internal import BackendDynamo
internal import BackendRedis
internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

/// The regions of a configuration, opened.
struct Deployment: Sendable {
    /// All regions, the primary first.
    let endpoints: [RegionEndpoint]
    /// What must run along with a store that writes.
    let services: [any StoreService]
    /// What carries changes between the regions; nil where the service does, or while one of them cannot be opened.
    let replicator: Replicator?

    private static let registry = BackendRegistry([.sqlite, .dynamo, .redis, .rediss])
    private static let frugalRegistry = BackendRegistry([
        .sqlite(configure: Self.makeFrugal), .dynamo, .redis, .rediss,
    ])

    /// The stores underneath, of regions that have one and could be opened.
    var stores: [any ReplicaStore] {
        self.endpoints.compactMap { endpoint in
            (endpoint.backend as? ReplicaBackend<SQLiteStore>)?.store
                ?? (endpoint.backend as? ReplicaBackend<RedisStore>)?.store
        }
    }

    /// Those of them that are files.
    var files: [SQLiteStore] { self.stores.compactMap { $0 as? SQLiteStore } }

    /// Opens the regions, and makes those that do not exist yet.
    ///
    /// A region that cannot be opened fails whatever it is asked. Nothing is replicated then: with a peer out of sight
    /// nobody can tell which regions may take writes, or what may be forgotten.
    ///
    /// - Parameter isFrugal: Whether little is kept in memory: for commands that meet every item once.
    /// - Throws: `rejected` when a region is not what the configuration says, ``ConfigurationError`` when it cannot work.
    init(
        _ configuration: DeploymentConfiguration,
        isFrugal: Bool = false,
        onReplication: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) async throws {
        do {
            let registry = isFrugal ? Self.frugalRegistry : Self.registry
            let deployment = try await registry.open(configuration, onReplication: onReplication)
            self.endpoints = deployment.endpoints
            self.services = deployment.services
            self.replicator = deployment.replicator
        } catch let error as BackendError where error.failure != .rejected && configuration.hasFiles {
            self.endpoints = configuration.regions.map { Self.endpoint($0, configuration, isFrugal) }
            self.services = []
            self.replicator = nil
        }
    }

    /// Checks that the regions are of one kind, and of one that is known; nothing is opened.
    static func check(_ configuration: DeploymentConfiguration) throws(ConfigurationError) {
        try self.registry.check(configuration)
    }

    /// Whether every region could be opened.
    var isWhole: Bool { !self.endpoints.contains { $0.backend is BrokenBackend } }

    /// How far the regions are apart, as their stores tell; others are missing.
    func distances() async -> [Region: ReplicaDistance] {
        await (self.replicator ?? Replicator(self.stores)).distances()
    }

    /// Closes all regions, for one who made no store of them.
    func shutdown() async {
        for endpoint in self.endpoints { await endpoint.backend.shutdown() }
    }

    /// What a store is made from.
    var parts: BackendPlugIn.Deployment {
        BackendPlugIn.Deployment(endpoints: self.endpoints, services: self.services, replicator: self.replicator)
    }

    /// Why regions cannot be used, and why the control files of others are ignored.
    var notes: [String] {
        self.endpoints.compactMap { endpoint in
            (endpoint.backend as? BrokenBackend).map { "\(endpoint.region): \($0.error.message)" }
        } + self.files.compactMap { store in store.emulationProblem.map { "\(store.region): \($0.message)" } }
    }

    @Sendable private static func makeFrugal(_ file: inout SQLiteStore.Configuration) {
        file.mmapBytes = 0
        file.cacheBytes = 4 << 20
    }

    private static func endpoint(
        _ location: BackendPlugIn.Location,
        _ configuration: DeploymentConfiguration,
        _ isFrugal: Bool
    ) -> RegionEndpoint {
        do throws(BackendError) {
            var file = SQLiteStore.Configuration(
                path: SQLiteStore.path(of: location, in: configuration.folder),
                region: location.region,
                schema: configuration.schema
            )
            if isFrugal { Self.makeFrugal(&file) }
            return RegionEndpoint(location.region, ReplicaBackend(try SQLiteStore.open(file)))
        } catch {
            return RegionEndpoint(location.region, BrokenBackend(error))
        }
    }
}

extension DeploymentConfiguration {
    /// Whether the regions are SQLite files; all are of one kind.
    var hasFiles: Bool { self.regions.contains { $0.scheme == "sqlite" } }

    /// Whether the regions are Redis servers among which RegionKit replicates; all are of one kind.
    var hasServers: Bool { self.regions.contains { $0.scheme.hasPrefix("redis") } && !self.hasReplicas }

    /// Whether the regions are Redis servers among which Redis itself replicates.
    var hasReplicas: Bool {
        self.regions.contains { location in
            location.scheme.hasPrefix("redis")
                && URLComponents(string: location.url)?.queryItems?.contains {
                    ($0.name, $0.value) == ("mode", "replicas")
                }
                    ?? false
        }
    }
}
