#if DEBUG
    import Foundation
    import Policies
    import RegionKitCore
    import RegionKitTesting
    import Testing

    /// Mistakes that are built in on purpose: simulations find every one, and find nothing without it.
    struct PlantedBugTests {
        /// Where a mistake shows, and the promise that it breaks.
        struct Trap: Sendable, CustomTestStringConvertible {
            var bug: PlantedBug
            var promises: Set<String>
            /// What makes it show in a random simulation.
            var bait: @Sendable (inout Simulation) -> Void = { _ in }

            var testDescription: String { self.bug.rawValue }

            func simulation(seed: UInt64) -> Simulation {
                var simulation = Simulation.random(seed: seed)
                self.bait(&simulation)
                return simulation
            }
        }

        private static let traps: [Trap] = [
            Trap(bug: .lateGeneration, promises: ["H5"]) { simulation in
                // Attempts end when their region has long been given up and found again.
                simulation.scenario.configuration.attemptTimeout = .seconds(4)
                simulation.scenario.configuration.health.cooldown = .milliseconds(500)
                simulation.scenario.faults.append(
                    ScenarioFault(.blackhole, in: "us-west-2", at: .seconds(9), for: .seconds(1))
                )
            },
            Trap(bug: .unlimitedBudget, promises: ["F6"]) { simulation in
                // It shows where a client does so much that the budget's size is small beside it.
                simulation.scenario.clients = [simulation.scenario.clients[0]]
                simulation.scenario.clients[0].count = 1
                simulation.scenario.clients[0].rate = 80
                simulation.scenario.faults = [ScenarioFault(.outage, at: .seconds(1), for: .seconds(20))]
            },
            Trap(bug: .leakedTrial, promises: ["H4"]) { simulation in
                // Trials of writes are writes, and end without telling anything.
                simulation.policy = .primaryFirst
                simulation.scenario.probesWrites = false
                simulation.scenario.faults += [
                    ScenarioFault(.outage, in: "us-west-2", at: .seconds(2), for: .seconds(5)),
                    ScenarioFault(.throttled(0.8), in: "us-west-2", at: .seconds(7), for: .seconds(15)),
                ]
            },
            Trap(bug: .failbackAtOnce, promises: ["H8"]),
            Trap(bug: .fenceForgotten, promises: ["R2"]) { simulation in
                simulation.scenario.faults += [
                    ScenarioFault(.evacuation, in: "us-east-1", at: .seconds(5), for: .seconds(15)),
                    ScenarioFault(.errors(0.5), in: "us-west-2", at: .seconds(5), for: .seconds(15)),
                ]
            },
            Trap(bug: .wallClock, promises: ["C1"]) { simulation in
                simulation.scenario.faults.append(
                    ScenarioFault(.clockSkew(.seconds(-5)), in: "us-west-2", at: .seconds(10), for: .seconds(10))
                )
            },
            Trap(bug: .cursorFirst, promises: ["C5"]) { simulation in
                simulation.scenario.faults.append(ScenarioFault(.errors(0.5), in: "us-east-1", at: .zero))
            },
            Trap(bug: .noTombstone, promises: ["C2", "C5"]),
            Trap(bug: .rejectionIsFault, promises: ["H5"]),
        ]

        @Test(arguments: Self.traps)
        func `a planted bug is found`(trap: Trap) throws {
            for seed in 0..<100 as Range<UInt64> {
                let simulation = trap.simulation(seed: seed)
                let report = try PlantedBug.$planted.withValue(trap.bug) { try simulation.run() }
                guard let found = report.violations.first(where: { trap.promises.contains($0.promise) }) else {
                    continue
                }
                print("The bug \(trap.bug) is found with seed \(seed): \(found)")
                #expect(try simulation.run().violations.isEmpty, "Without the bug, seed \(seed) keeps all promises.")
                return
            }
            Issue.record("No seed finds \(trap.bug).")
        }

        @Test func `every bug has its trap`() {
            #expect(Set(Self.traps.map(\.bug)) == Set(PlantedBug.allCases))
        }

        @Test func `a policy that takes an unmeasured region for the fastest is found`() throws {
            for seed in 0..<100 as Range<UInt64> {
                var simulation = Simulation.random(seed: seed)
                simulation.policy = UnknownFirst()
                let report = try simulation.run()
                guard let found = report.violations.first(where: { $0.promise == "H6" }) else { continue }
                print("The policy is found with seed \(seed): \(found)")
                simulation.policy = .latency
                #expect(try simulation.run().violations.isEmpty)
                return
            }
            Issue.record("No seed finds it.")
        }

        /// The fastest first, where no sample counts as no time.
        private struct UnknownFirst: RoutingPolicy {
            var description: String { "custom(unknown-first)" }

            func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
                candidates.min { snapshot.regions[$0].latency ?? .zero < snapshot.regions[$1].latency ?? .zero }
            }
        }
    }
#endif
