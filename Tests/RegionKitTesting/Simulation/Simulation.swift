public import RegionKitCore
internal import Synchronization

/// A whole deployment on a virtual clock, played in seconds: real stores, engine, health checks and replication over
/// regions in memory and an emulated network.
///
/// The same scenario, policy and seed give the same report, and the same ``SimulationReport/traceHash``, in every process
/// on machines of one kind. Checked are F1, F2, F4, F6, H4, H5, H6, H8, H10, H11, R2, C1, C2 and C5: see
/// ``SimulationReport/Violation``. What is simulated: connections that live for a while, answers that take time, and the faults of
/// ``ScenarioFault``. What is not: the cost of computing, and limits of bandwidth.
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

    /// Plays the scenario to its end, on the calling thread; several may run at once, on threads of their own.
    ///
    /// After the load it waits, in virtual time, until the regions hold the same and are all in use again.
    ///
    /// - Throws: ``ConfigurationError`` naming the part of the scenario that cannot work.
    public func run() throws(ConfigurationError) -> SimulationReport {
        let executor = ManualExecutor()
        let world = try SimulatedWorld(self.scenario, policy: self.policy, seed: self.seed, executor: executor)
        let isOver = Atomic(false)
        let playing = Task(executorPreference: executor) {
            await world.run()
            isOver.store(true, ordering: .relaxed)
        }
        executor.drain()
        while !isOver.load(ordering: .relaxed), world.network.time.advanceToNextSleeper() { executor.drain() }
        playing.cancel()
        world.network.nudge(nil)
        return world.network.judge { $0.finish() }
    }
}
