internal import RegionKitCore

/// All that lives in a simulation: the regions with their data, replication, and the clients.
struct SimulatedWorld: Sendable {
    let network: SimulatedNetwork
    private let regions: [InMemoryReplicaStore]
    private let replicator: Replicator
    private let clients: [SimulatedClient]

    init(
        _ scenario: Scenario,
        policy: any RoutingPolicy,
        seed: UInt64,
        executor: any TaskExecutor
    ) throws(ConfigurationError) {
        try scenario.validate()
        let network = SimulatedNetwork(scenario, policy: "\(policy)", seed: seed)
        let schema = TableSchema(name: "simulation", partitionKey: "id")
        // As many ids as there can be writes: that a region runs out of room is no part of any scenario.
        let regions = scenario.regions.map { InMemoryReplicaStore($0, schema: schema, recordLimit: .max) }
        var configuration = Replicator.Configuration()
        configuration.seed = seed
        // Often enough beside the lag that links have, and seldom enough for hours of it.
        configuration.pollInterval = .milliseconds(500)
        configuration.checkInterval = .seconds(5)
        configuration.leaseDuration = .seconds(60)
        configuration.collectInterval = .seconds(3600)
        self.network = network
        self.regions = regions
        let replicator = Replicator(
            regions.map { SimulatedStore($0, over: network, from: nil) },
            configuration: configuration,
            time: network.time
        )
        network.nudge(replicator)
        self.replicator = replicator
        let lag = SimulatedLag(replicator: replicator, time: network.time)
        var clients: [SimulatedClient] = []
        for group in scenario.clients {
            for _ in 0..<group.count {
                let client = SimulatedClient(
                    clients.count,
                    of: group,
                    over: network,
                    to: regions,
                    policy,
                    lag,
                    executor
                )
                // So that a configuration that cannot work is found before anything runs.
                if clients.isEmpty { _ = try client.makeStore(life: 0) }
                clients.append(client)
            }
        }
        self.clients = clients
    }

    /// Plays everything.
    func run() async {
        try? await self.replicator.prepare()
        await withDiscardingTaskGroup { group in
            group.addTask { try? await self.replicator.run() }
            group.addTask { await self.network.run() }
            for client in self.clients { group.addTask { await client.run() } }
            await self.befall()
            // Every operation has ended by then, or has not kept its deadline.
            let scenario = self.network.scenario
            await self.network.sleep(until: scenario.duration + scenario.configuration.deadline + .milliseconds(100))
            await self.converge()
            await self.recover()
            group.cancelAll()
        }
    }

    /// Begins and ends the faults; all have ended at the end of the load.
    private func befall() async {
        let end = self.network.scenario.duration
        let timed = self.network.scenario.faults.filter { $0.start < end && $0.kind != .clientRestart }
            .map { fault in (fault: fault, end: min(end, fault.duration.map { fault.start + $0 } ?? end)) }
        self.setLinks(among: [])
        for moment in Set(timed.flatMap { [$0.fault.start, $0.end] }).sorted() {
            await self.network.sleep(until: moment)
            let faults = timed.filter { $0.fault.start <= moment && moment < $0.end }.map(\.fault)
            self.network.change(to: faults)
            self.setLinks(among: faults)
            for region in self.regions { region.setClockSkew(faults.skew(of: region.region)) }
            for client in self.clients { client.followEvacuations() }
        }
        await self.network.sleep(until: end)
    }

    private func setLinks(among faults: [ScenarioFault]) {
        let regions = self.network.scenario.regions
        for source in regions {
            for target in regions where target != source {
                var condition = self.network.scenario.replication
                for fault in faults where fault.region ?? source == source && fault.peer ?? target == target {
                    if case .linkLag(let lag) = fault.kind { condition.lag += lag }
                    if fault.kind == .linkCut { condition.isCut = true }
                }
                self.replicator.setLink(from: source, to: target, condition)
            }
        }
    }

    /// Waits until all regions hold the same.
    private func converge() async {
        let end = self.network.time.now.advanced(by: self.network.scenario.longestLag + .seconds(5))
        var contents = self.regions.map(\.contents)
        while self.network.time.now < end, !contents.allSatisfy({ $0 == contents[0] }) {
            try? await self.network.time.sleep(for: .milliseconds(100))
            contents = self.regions.map(\.contents)
        }
        self.network.judge { $0.ended(with: contents, at: self.network.time.now) }
    }

    /// Waits until all clients find all regions in use again.
    private func recover() async {
        let health = self.network.scenario.configuration.health
        let trials = (health.recoveryProbeInterval + health.probeTimeout) * (health.recoveryThreshold + 2)
        let wait = health.maximumCooldown * 1.2 + health.checkInterval * 1.2 + trials
        let end = self.network.time.now.advanced(by: wait)
        while self.network.time.now < end, self.clients.contains(where: { !$0.unhealthyRegions.isEmpty }) {
            await withDiscardingTaskGroup { group in
                for client in self.clients where !self.network.scenario.probesWrites {
                    group.addTask { await client.write() }
                }
            }
            try? await self.network.time.sleep(for: .seconds(1))
        }
        for client in self.clients {
            let stuck = client.unhealthyRegions
            self.network.judge { $0.recovered(client.number, except: stuck, at: self.network.time.now) }
        }
    }
}

extension [ScenarioFault] {
    /// How far a region's wall clock is off.
    fileprivate func skew(of region: Region) -> Duration {
        self.reduce(.zero) { skew, fault in
            guard case .clockSkew(let more) = fault.kind, fault.region ?? region == region else { return skew }
            return skew + more
        }
    }
}

extension Scenario {
    /// The longest that a change may be on its way; what a link holds when a fault ends keeps its time.
    fileprivate var longestLag: Duration {
        self.faults.reduce(self.replication.lag + self.replication.jitter) { lag, fault in
            switch fault.kind {
            case .linkLag(let more): lag + more
            // A clock too far ahead has its changes parked until their time.
            case .clockSkew(let skew): lag + max(.zero, skew, .zero - skew)
            default: lag
            }
        }
    }
}
