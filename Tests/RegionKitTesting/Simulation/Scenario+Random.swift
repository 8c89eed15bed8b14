internal import RegionKitCore

extension Scenario {
    /// A small deployment with a load of about 600 operations and up to six faults of any kind: all follows from the seed.
    public static func random(seed: UInt64) -> Scenario {
        var generator = SeededGenerator.part("scenario", of: seed)
        let regions = Array(
            ["us-west-2", "us-east-1", "eu-west-1", "ap-south-1"].prefix(
                [2, 2, 3, 3, 4].randomElement(using: &generator) ?? 3
            )
        )
        .map { Region($0) }
        let duration = Duration.seconds(Int64.random(in: 25...60, using: &generator))
        let groups = Int.random(in: 1...2, using: &generator)
        let counts = (0..<groups).map { _ in Int.random(in: 1...3, using: &generator) }
        let rate = 620 / (duration / .seconds(1)) / Double(counts.reduce(0, +))
        let clients = counts.enumerated().map { index, count in
            var latency: [Region: Duration] = [:]
            for region in regions { latency[region] = .milliseconds(Int64.random(in: 1...150, using: &generator)) }
            return Clients("clients-\(index + 1)", count: count, rate: rate, latency: latency)
        }
        var load = Load()
        load.reads = Double.random(in: 0.5...0.9, using: &generator)
        load.conditional = Double.random(in: 0...0.5, using: &generator)
        load.deletes = 0.2
        load.keys = Int.random(in: 3...50, using: &generator)
        load.affinities = Bool.random(using: &generator) ? 5 : 0
        var scenario = Scenario(name: "random", duration: duration, regions: regions, clients: clients, load: load)
        scenario.replication = LinkCondition(
            lag: .milliseconds(Int64.random(in: 0...1500, using: &generator)),
            jitter: .milliseconds(Int64.random(in: 0...1000, using: &generator)),
            reorders: Bool.random(using: &generator)
        )
        scenario.connectionLife = .seconds(Int64.random(in: 5...60, using: &generator))
        scenario.probesWrites = Int.random(in: 0..<4, using: &generator) > 0
        scenario.honoursDeadlines = Int.random(in: 0..<4, using: &generator) > 0
        scenario.configuration = .random(using: &generator)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            scenario.faults.append(.random(in: scenario, using: &generator))
        }
        return scenario
    }
}

extension StoreConfiguration {
    /// One in which much happens within a minute.
    fileprivate static func random(using generator: inout SeededGenerator) -> StoreConfiguration {
        var configuration = StoreConfiguration()
        configuration.attemptTimeout = .milliseconds(Int64.random(in: 300...2000, using: &generator))
        configuration.health.checkInterval = .seconds(Int64.random(in: 2...30, using: &generator))
        configuration.health.recoveryProbeInterval = .milliseconds(Int64.random(in: 400...1000, using: &generator))
        configuration.health.cooldown = .milliseconds(Int64.random(in: 500...5000, using: &generator))
        configuration.health.maximumCooldown = .seconds(20)
        configuration.health.failbackDelay = .seconds(Int64.random(in: 2...30, using: &generator))
        configuration.health.failbackSteps = .seconds(Int64.random(in: 1...10, using: &generator))
        return configuration
    }
}

extension ScenarioFault {
    fileprivate static func random(in scenario: Scenario, using generator: inout SeededGenerator) -> ScenarioFault {
        func milliseconds(_ range: ClosedRange<Int64>) -> Duration {
            .milliseconds(Int64.random(in: range, using: &generator))
        }
        let kind: Kind =
            switch Int.random(in: 0..<14, using: &generator) {
            case 0: .outage
            case 1: .nameVanishes
            case 2: .blackhole
            case 3: .slow(milliseconds(100...3000))
            case 4: .errors(Double.random(in: 0.05...1, using: &generator))
            case 5: .readOnly
            case 6: .throttled(Double.random(in: 0.05...1, using: &generator))
            case 7: .lateWrites(milliseconds(100...8000))
            case 8: .clockSkew(milliseconds(-30_000...30_000))
            case 9: .flapping(milliseconds(500...5000))
            case 10: .linkLag(milliseconds(100...5000))
            case 11: .linkCut
            case 12: .evacuation
            default: .clientRestart
            }
        let everywhere = Double.random(in: 0..<1, using: &generator) < 0.1
        var fault = ScenarioFault(kind, at: milliseconds(0...scenario.duration.wholeNanoseconds / 1_000_000))
        fault.duration = milliseconds(500...20_000)
        fault.region = everywhere ? nil : scenario.regions.randomElement(using: &generator)
        if case .linkCut = kind {
            fault.peer = scenario.regions.filter { $0 != fault.region }.randomElement(using: &generator)
        }
        if Bool.random(using: &generator) { fault.clients = scenario.clients.randomElement(using: &generator)?.name }
        return fault
    }
}
