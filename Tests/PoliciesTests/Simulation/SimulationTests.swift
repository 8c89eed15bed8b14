import Foundation
import Policies
import RegionKitCore
import RegionKitTesting
import Testing

/// Random deployments under random faults; checked are F1, F2, F4, F6, H4, H5, H6, H8, H10, H11, R2, C1, C2 and C5.
struct SimulationTests {
    /// `REGIONKIT_SIMULATION_SEED` names the only seed; `REGIONKIT_SIMULATIONS` says how many there are.
    private static let seeds: [Range<UInt64>] = {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["REGIONKIT_SIMULATION_SEED"], let seed = UInt64(text), seed < .max {
            return [seed..<seed + 1]
        }
        let count = max(1, environment["REGIONKIT_SIMULATIONS"].flatMap { UInt64($0) } ?? 500)
        return stride(from: 0, to: count, by: 50).map { $0..<min($0 + 50, count) }
    }()

    @Test(arguments: Self.seeds)
    func `all promises are kept whatever happens`(seeds: Range<UInt64>) throws {
        var operations = 0
        var trace: UInt64 = 0
        for seed in seeds {
            let simulation = Simulation.random(seed: seed)
            let report = try simulation.run()
            #expect(report.operations >= 500, "Seed \(seed) is too short to show anything.")
            #expect(report.isConverged && report.lostWrites == 0, "Seed \(seed)")
            if let first = report.violations.first { Issue.record("\(try simulation.explain(first))") }
            operations += report.operations
            trace = trace &* 31 &+ report.traceHash
        }
        print("Simulated the seeds \(seeds): \(operations) operations, trace \(String(trace, radix: 16))")
    }

    @Test(arguments: [3, 77, 204] as [UInt64])
    func `the same seed gives the same trace, another one another`(seed: UInt64) throws {
        let first = try Simulation.random(seed: seed).run()
        let again = try Simulation.random(seed: seed).run()
        let other = try Simulation.random(seed: seed + 8).run()
        #expect(first.traceHash == again.traceHash)
        #expect(first.timeline == again.timeline)
        #expect(first.traceHash != other.traceHash)
    }

    @Test func `what cannot be played is refused with its place`() {
        var scenario = Scenario.random(seed: 1)
        scenario.faults = [ScenarioFault(.outage, in: "mars-1", at: .seconds(1))]
        let error = #expect(throws: ConfigurationError.self) { try Simulation(scenario).run() }
        #expect(error?.field == "faults[0].in")
        #expect(error?.message.contains("no region is called mars-1") == true)
    }
}
