internal import BackendSQLite
internal import RegionKitCore
internal import RegionKitTesting
internal import Worksets

/// SQLite regions; the primary fails as if another process wanted it: by its control file.
struct FileRegions: DemoRegions {
    let title = "SQLite regions"
    let failure = "an outage, by its control file"
    private let regions: SQLiteRegions
    private let time = SystemTime()

    init(_ settings: DemoSettings, in folder: DemoFolder) async throws {
        var replication = Replicator.Configuration()
        replication.seed = UInt64(settings.seed)
        self.regions = try await SQLiteRegions.open(
            in: folder.path,
            schema: settings.worksets.schema,
            regions: settings.regions,
            replication: replication
        )
    }

    var endpoints: [RegionEndpoint] { self.regions.endpoints }
    var services: [any StoreService] { [self.regions] }

    func fail() async throws -> MonotonicInstant {
        try SQLiteEmulation(fault: SQLiteEmulation.Timed(.outage)).save(for: self.primary.path)
        var last = self.time.now
        while await self.primaryAnswers() {
            last = self.time.now
            try await self.time.sleep(for: .milliseconds(1))
        }
        return last
    }

    func recover() async throws -> MonotonicInstant {
        try SQLiteEmulation.none.save(for: self.primary.path)
        while await !self.primaryAnswers() { try await self.time.sleep(for: .milliseconds(1)) }
        return self.time.now
    }

    func settle(within limit: Duration) async throws -> Bool {
        try await self.regions.replicator.settle(within: limit)
    }

    func rows() async throws -> [Region: [String: ReplicaRow]] {
        var rows: [Region: [String: ReplicaRow]] = [:]
        for file in self.regions.stores {
            let store = try SQLiteStore.open(
                SQLiteStore.Configuration(path: file.path, region: file.region, schema: file.schema)
            )
            var last: Key?
            repeat {
                let page = try await store.allRows(after: last, limit: 256, in: AttemptContext(within: .seconds(5)))
                for row in page { rows[store.region, default: [:]][row.key.partition.string ?? ""] = row }
                last = page.last?.key
            } while last != nil
            await store.shutdown()
        }
        return rows
    }

    func problems() -> [String] {
        self.regions.stores.compactMap { store in
            SQLiteStore.integrityProblem(ofFileAt: store.path).map { "\(store.region): \($0)" }
        }
    }

    func close() async {}

    private var primary: SQLiteStore { self.regions.stores[0] }

    private func primaryAnswers() async -> Bool {
        (try? await self.primary.load("HG001", .consistent, in: AttemptContext(within: .milliseconds(200)))) != nil
    }
}
