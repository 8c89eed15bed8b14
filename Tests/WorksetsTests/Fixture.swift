import BackendSQLite
import RegionKitCore
import RegionKitTesting
import Testing
import Worksets

/// A workset database over three regions and a clock that stands still.
struct Fixture {
    static let west: Region = "us-west-2"
    static let east: Region = "us-east-1"
    static let europe: Region = "eu-west-1"

    /// Where the regions are.
    enum Place: CaseIterable {
        case memory
        case files
    }

    let time = ManualTime()
    let configuration: WorksetConfiguration
    private let replicator: Replicator
    let backends: [Region: FaultyBackend]
    let database: WorksetDatabase
    private let stores: [any ReplicaStore]
    private let folder: TemporaryFolder?

    init(
        _ place: Place = .memory,
        _ configuration: WorksetConfiguration = WorksetConfiguration(),
        policy: any RoutingPolicy = .primaryFirst,
        remembersWrites: Bool = true
    ) async throws {
        let folder = place == .files ? try TemporaryFolder() : nil
        var stores: [any ReplicaStore] = []
        var backends: [Region: FaultyBackend] = [:]
        for region in configuration.regions {
            let backend: any RegionBackend
            if let folder {
                let path = "\(folder.path)/\(region).sqlite"
                let store = try SQLiteStore.open(.init(path: path, region: region, schema: configuration.schema))
                backend = ReplicaBackend(store)
                stores.append(store)
            } else {
                let store = InMemoryReplicaStore(region, schema: configuration.schema)
                backend = ReplicaBackend(store)
                stores.append(store)
            }
            backends[region] = FaultyBackend(backend, remembersWrites: remembersWrites)
        }
        self.folder = folder
        self.configuration = configuration
        self.stores = stores
        self.replicator = Replicator(stores, time: self.time)
        try await self.replicator.prepare()
        self.backends = backends
        self.database = try WorksetDatabase(
            regions: backends.map { RegionEndpoint($0.key, $0.value) },
            configuration: configuration,
            policy: policy,
            time: self.time
        )
    }

    /// Another client of the same regions, with its own view of their health.
    func client() throws -> WorksetDatabase {
        try WorksetDatabase(
            regions: self.backends.map { RegionEndpoint($0.key, $0.value) },
            configuration: self.configuration,
            time: self.time
        )
    }

    func backend(_ region: Region) throws -> FaultyBackend {
        try #require(self.backends[region])
    }

    /// What a region itself has of a workset.
    func item(_ id: String, in region: Region) async throws -> Item? {
        let store = try #require(self.stores.first { $0.region == region })
        let deadline = self.time.now.advanced(by: .seconds(5))
        let context = AttemptContext(deadline: deadline, operation: OperationID(high: 0, low: 0), time: self.time)
        return try await store.load(Key(.string(id)), .consistent, in: context)?.item
    }

    /// Makes every region know what any other knows.
    func replicate() async throws {
        #expect(try await self.replicator.settle(within: .zero))
    }

    func register(_ ids: String..., priority: WorksetPriority = .normal) async throws {
        for id in ids {
            let isNew = try await self.database.registerWorkset(
                id,
                bucket: "my-bucket",
                prefix: "worksets/\(id)/",
                priority: priority
            )
            #expect(isNew)
        }
    }

    /// Lets probes and a little traffic go on for some seconds.
    func serve(for seconds: Int) async throws {
        for second in 0..<seconds {
            await self.database.store.probe()
            try await self.register("ws-served-\(second)")
            _ = try await self.database.getWorkset("ws-001")
            self.time.advance(by: .seconds(1))
        }
    }
}
