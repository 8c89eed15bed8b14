import RegionKitCore
import RegionKitTesting
import Testing
import Worksets

/// A workset database over regions in memory and a clock that stands still.
struct Fixture {
    static let west: Region = "us-west-2"
    static let east: Region = "us-east-1"
    static let europe: Region = "eu-west-1"

    let time = ManualTime()
    let configuration: WorksetConfiguration
    let stores: [Region: InMemoryReplicaStore]
    let backends: [Region: FaultyBackend]
    let database: WorksetDatabase

    init(
        _ configuration: WorksetConfiguration = WorksetConfiguration(),
        policy: any RoutingPolicy = .primaryFirst,
        remembersWrites: Bool = true
    ) throws {
        var stores: [Region: InMemoryReplicaStore] = [:]
        var backends: [Region: FaultyBackend] = [:]
        for region in configuration.regions {
            let store = InMemoryReplicaStore(region, schema: configuration.schema)
            stores[region] = store
            backends[region] = FaultyBackend(ReplicaBackend(store), remembersWrites: remembersWrites)
        }
        self.configuration = configuration
        self.stores = stores
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

    /// Makes every region know what any other knows.
    func replicate() async throws {
        let context = AttemptContext(
            deadline: self.time.now.advanced(by: .seconds(5)),
            operation: OperationID(high: 0, low: 0),
            time: self.time
        )
        for source in self.stores.values {
            let rows = try await source.allRows(after: nil, limit: 1000, in: context)
            for target in self.stores.values where target.region != source.region {
                let application = ReplicaApplication(peer: source.region, rows: rows, from: nil, to: .start)
                _ = try await target.apply(application, in: context)
            }
        }
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
