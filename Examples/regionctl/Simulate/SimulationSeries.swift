internal import Policies
internal import RegionKitCore
internal import RegionKitTesting

/// The runs that a command line asks for: a scenario with each policy and each seed.
struct SimulationSeries: Sendable {
    let path: String
    let scenario: Scenario
    let policies: [any RoutingPolicy]
    let seeds: ClosedRange<Int>

    init(_ arguments: Arguments) throws {
        self.path = arguments.operands[0]
        self.scenario = try Scenario.load(self.path)
        let texts = arguments.values(.policy).isEmpty ? ["primary-first"] : arguments.values(.policy)
        guard texts.count <= 16 else { throw Failure.usage("--policy: found \(texts.count); allowed are at most 16.") }
        do {
            let regions = self.scenario.regions
            self.policies = try texts.map { try PolicyRegistry.standard.policy($0, regions: regions) }
        } catch {
            throw Failure.usage("--policy: \(error)")
        }
        let first = try arguments.integer(.firstSeed, in: 0...1_000_000_000) ?? 1
        self.seeds = first...(first + (try arguments.integer(.seeds, in: 1...1000) ?? 1) - 1)
    }

    /// Plays them one after the other, on the calling thread.
    ///
    /// - Throws: `CancellationError` between two runs when the command was interrupted.
    func run(
        _ console: Console,
        play: (Simulation) throws -> SimulationReport = { try $0.run() }
    ) throws -> SimulationResult {
        var outcomes: [SimulationResult.Outcome] = []
        defer { console.progress(nil) }
        for (number, policy) in self.policies.enumerated() {
            var reports: [SimulationReport] = []
            for seed in self.seeds {
                try Task.checkCancellation()
                let run = number * self.seeds.count + reports.count + 1
                console.progress("run \(run) of \(self.policies.count * self.seeds.count): \(policy), seed \(seed)")
                var report = try play(Simulation(self.scenario, policy: policy, seed: UInt64(seed)))
                // Only the first seed's is drawn, and a day has 86,400 seconds.
                if seed != self.seeds.lowerBound { report.timeline = [] }
                reports.append(report)
            }
            outcomes.append(SimulationResult.Outcome(policy: "\(policy)", reports: reports))
        }
        try Task.checkCancellation()
        return SimulationResult(scenario: self.scenario, outcomes: outcomes)
    }

    /// For each policy how the first run that broke a promise is played again, and which faults are enough for it.
    func replays(of result: SimulationResult) throws -> [String] {
        var lines: [String] = []
        for (policy, outcome) in zip(self.policies, result.outcomes) {
            guard let (seed, violation) = outcome.violations.first else { continue }
            try Task.checkCancellation()
            lines.append("Play it again: regionctl simulate \(self.path) --policy '\(policy)' --seed \(seed)")
            // One run for each fault: only where that is soon done.
            guard self.scenario.faults.count <= 20 else { continue }
            let shrunk = try Simulation(self.scenario, policy: policy, seed: seed).shrunk(keeping: violation.promise)
            let faults = shrunk.scenario.faults.map { "\($0)" }.joined(separator: "; ")
            lines.append("  Enough for \(violation.promise): \(faults.isEmpty ? "no fault at all" : faults)")
        }
        return lines
    }
}
