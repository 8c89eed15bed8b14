import RegionKitCore
import RegionKitTesting

@testable import regionctl

/// Reports made by hand, as a simulation could give them.
enum SimulationSample {
    static let regions: [Region] = ["us-east-1", "us-west-2", "eu-west-1"]

    static func scenario(
        _ faults: [ScenarioFault] = [
            ScenarioFault(.outage, in: "us-east-1", at: .seconds(300), for: .seconds(360))
        ],
        duration: Duration = .seconds(1200)
    ) -> Scenario {
        let latency = Dictionary(uniqueKeysWithValues: Self.regions.map { ($0, Duration.milliseconds(5)) })
        return Scenario(
            name: "regional-outage",
            about: "The primary region is gone for six minutes, for clients and for its peers, and comes back.",
            duration: duration,
            regions: Self.regions,
            clients: [Scenario.Clients("all", count: 40, rate: 1, latency: latency)],
            faults: faults
        )
    }

    /// 40 clients that go from the first region to the second while the first fault lasts, and come back in steps.
    static func report(_ policy: String = "primary-first", seed: UInt64 = 1, of scenario: Scenario = Self.scenario())
        -> SimulationReport
    {
        var report = SimulationReport(
            scenario: scenario.name,
            policy: policy,
            seed: seed,
            regions: scenario.regions,
            clients: 40,
            duration: scenario.duration
        )
        let (start, end) = (300, 660)
        report.timeline = (0..<Int(scenario.duration.components.seconds)).map { second in
            var entry = SimulationReport.Second(regions: scenario.regions.count)
            let back = min(40, max(0, (second - end - 30) * 2))
            let away = second < start ? 0 : second < end ? min(40, (second - start) * 20) : 40 - back
            let swing = (second * 7919 + Int(seed) * 31) % 9
            entry.served[0] = 24 * (40 - away) / 40 + (away < 40 ? swing : 0)
            if scenario.regions.count > 2 {
                entry.served[1] = 6 + 24 * away / 40 + (away == 40 ? swing : 0)
                entry.served[2] = 8
            }
            entry.unhealthy[0] = away
            entry.errors = (start..<start + 4).contains(second) ? 9 - 2 * (second - start) : 0
            entry.stale = (start..<start + 8).contains(second) ? 3 : 0
            return entry
        }
        (report.operations, report.errors, report.attempts, report.repeats) = (48_000, 16, 48_600, 600)
        report.errorCodes = [.unavailable: 10, .deadlineExceeded: 6]
        (report.medianLatency, report.latency99) = (.milliseconds(4.2), .milliseconds(161))
        (report.reads, report.staleReads, report.acknowledgedWrites, report.conflicts) = (43_000, 24, 4800, 2)
        (report.routeChanges, report.failover, report.failback) = (80, .seconds(2.4), .seconds(58))
        (report.traceHash, report.isConverged) = (0xABC, true)
        return report
    }

    /// What a series of these policies and seeds gives.
    static func result(
        _ policies: [String] = ["primary-first"],
        seeds: Int = 1,
        of scenario: Scenario = Self.scenario(),
        change: (inout SimulationReport) -> Void = { _ in }
    ) -> SimulationResult {
        SimulationResult(
            scenario: scenario,
            outcomes: policies.map { policy in
                SimulationResult.Outcome(
                    policy: policy,
                    reports: (1...seeds).map { seed in
                        var report = Self.report(policy, seed: UInt64(seed), of: scenario)
                        report.errors += 2 * (seed - 1)
                        change(&report)
                        return report
                    }
                )
            }
        )
    }
}
