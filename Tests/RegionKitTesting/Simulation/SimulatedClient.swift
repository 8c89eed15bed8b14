internal import RegionKitCore
internal import Synchronization

/// A process that uses the table through a store of its own.
final class SimulatedClient: Sendable {
    let number: Int
    let group: Scenario.Clients
    private let network: SimulatedNetwork
    private let regions: [InMemoryReplicaStore]
    private let policy: any RoutingPolicy
    private let lag: SimulatedLag
    private let executor: any TaskExecutor
    private let generator: Mutex<SeededGenerator>
    /// What it has now, and what operators have taken out.
    private let present = Mutex<(store: MultiRegionStore?, evacuated: Set<Region>)>((nil, []))

    init(
        _ number: Int,
        of group: Scenario.Clients,
        over network: SimulatedNetwork,
        to regions: [InMemoryReplicaStore],
        _ policy: any RoutingPolicy,
        _ lag: SimulatedLag,
        _ executor: any TaskExecutor
    ) {
        self.number = number
        self.group = group
        self.network = network
        self.regions = regions
        // The engine goes a way of its own with this policy, which is to be simulated too.
        self.policy = policy is PrimaryFirst ? policy : WatchedPolicy(base: policy, client: number, network: network)
        self.lag = lag
        self.executor = executor
        self.generator = Mutex(.part("load \(number)", of: network.seed))
    }

    /// The regions that its store does not use although it should by now.
    ///
    /// Where probes do not tell whether a region takes writes, only writes do, and only those that are routed there.
    var unhealthyRegions: [Region] {
        let isTold = self.network.scenario.probesWrites
        let health = self.present.withLock { $0.store }?.health() ?? []
        return health.filter { region in
            region.reads == .unhealthy
                || region.writes == .unhealthy && (isTold || self.policy is PrimaryFirst && region.isPrimary)
        }
        .map(\.region)
    }

    /// Writes something, so that writes can show that a region takes them.
    func write() async {
        _ = try? await self.present.withLock { $0.store }?.put(["id": "recovery"])
    }

    /// Lives, dies with each restart, and lives again until the task is cancelled.
    func run() async {
        let restarts = self.network.scenario.faults.filter { fault in
            fault.kind == .clientRestart && fault.clients ?? self.group.name == self.group.name
        }
        let ends = restarts.map(\.start).filter { $0 < self.network.scenario.duration }.sorted()
        for (life, end) in (ends + [nil]).enumerated() {
            guard let store = try? self.makeStore(life: life) else { return }
            self.present.withLock { $0 = (store, []) }
            self.network.judge { $0.started(self.number, at: self.network.time.now) }
            self.followEvacuations()
            await withDiscardingTaskGroup { group in
                group.addTask { try? await store.run() }
                await self.load(store, until: end ?? self.network.scenario.duration, &group)
                if end != nil { group.cancelAll() }
            }
        }
    }

    /// Takes regions out, and restores them, as the operators have.
    func followEvacuations() {
        let wanted = self.network.evacuated(for: self.group.name)
        let (store, before) = self.present.withLock { present in
            defer { present.evacuated = wanted }
            return (present.store, present.evacuated)
        }
        let now = self.network.time.now
        for (position, region) in self.network.scenario.regions.enumerated() {
            guard let store, wanted.contains(region) != before.contains(region) else { continue }
            if wanted.contains(region) { try? store.evacuate(region) } else { try? store.restore(region) }
            self.network.judge {
                $0.controlled(self.number, at: position, isEvacuated: wanted.contains(region), now)
            }
        }
    }

    func makeStore(life: Int) throws(ConfigurationError) -> MultiRegionStore {
        var seed = SeededGenerator.part("store \(self.number) \(life)", of: self.network.seed)
        let endpoints = self.regions.enumerated().map { position, region in
            let far = SimulatedStore(region, over: self.network, from: self.group, number: self.number)
            return RegionEndpoint(
                region.region,
                WatchedBackend(
                    base: ReplicaBackend(far),
                    position: position,
                    client: self.number,
                    policy: self.policy,
                    network: self.network
                )
            )
        }
        return try MultiRegionStore(
            schema: self.regions[0].schema,
            regions: endpoints,
            policy: self.policy,
            configuration: self.network.scenario.configuration,
            observers: [WatchingObserver(client: self.number, network: self.network)],
            services: [self.lag],
            time: self.network.time,
            seed: seed.next(),
            executor: self.executor
        )
    }

    /// Begins operations at random moments.
    private func load(_ store: MultiRegionStore, until end: Duration, _ group: inout DiscardingTaskGroup) async {
        let end = self.network.start.advanced(by: end)
        while true {
            let gap = self.generator.withLock { $0.gap(rate: self.group.rate) }
            let next = self.network.time.now.advanced(by: gap)
            try? await self.network.time.sleep(until: min(next, end))
            guard next < end, !Task.isCancelled else { return }
            let operation = self.generator.withLock { SimulatedOperation(self.network.scenario.load, using: &$0) }
            group.addTask { await self.perform(operation, on: store) }
        }
    }

    /// Where the policy lets an operation go.
    private func permitted(_ operation: SimulatedOperation) -> RegionSet {
        let regions = self.network.scenario.regions
        return self.policy.permitted(
            for: RoutingRequest(kind: operation.kind, table: "simulation", partition: operation.key.partition),
            of: RegionSet(first: regions.count),
            in: RegionSnapshot(regions: regions.map { RegionState(region: $0) })
        )
    }

    private func perform(_ operation: SimulatedOperation, on store: MultiRegionStore) async {
        let time = self.network.time
        let began = time.now
        let expected = self.network.judge { $0.operationBegan(operation, by: self.number, at: began) }
        var options = OperationOptions()
        options.affinity = operation.affinity.map { "\(self.number)-\($0)" }
        let result: Result<SimulatedOperation.Answer, RegionError>
        do throws(RegionError) {
            result = .success(try await operation.perform(on: store, options))
        } catch {
            result = .failure(error)
        }
        let isDead = Task.isCancelled
        let permitted = self.permitted(operation)
        self.network.judge { judge in
            if isDead { return judge.operationDied(by: self.number, at: time.now) }
            judge.operationEnded(operation, result, by: self.number, permitted, expected, from: began, to: time.now)
        }
    }
}
