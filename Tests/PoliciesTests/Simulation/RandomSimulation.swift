import Foundation
import Policies
import RegionKitCore
import RegionKitTesting
import Testing

extension Simulation {
    /// A random scenario under one of several policies: all follows from the seed.
    static func random(seed: UInt64) -> Simulation {
        let policies: [any RoutingPolicy] = [
            .primaryFirst, .latency, .latency.sticky(), .readWriteSplit(reads: .latency, writes: .primaryFirst),
            .nearest("eu-west-1", "us-east-1"), .primaryFirst.excluding("eu-west-1").fallingBack(to: .latency),
            .latency.restricted(to: "us-west-2", "us-east-1"), .latency.sticky().excluding("us-east-1"),
        ]
        return Simulation(
            .random(seed: seed),
            policy: policies[Int(seed % UInt64(policies.count))],
            seed: seed
        )
    }

    /// Says what broke, how to see it again, and with how few faults it breaks.
    func explain(_ violation: SimulationReport.Violation) throws -> String {
        let shrunk = try self.shrunk(keeping: violation.promise)
        return """
            Seed \(self.seed), policy \(self.policy), breaks \(violation)
            Play it again: REGIONKIT_SIMULATION_SEED=\(self.seed) swift test --disable-xctest --filter SimulationTests
            These faults are enough (of \(self.scenario.faults.count)):
            \(shrunk.scenario.faults.map { "  \($0)" }.joined(separator: "\n"))
            """
    }
}
