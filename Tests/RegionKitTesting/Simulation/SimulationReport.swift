public import RegionKitCore

/// What came of a ``Simulation``.
public struct SimulationReport: Sendable {
    /// What happened within one second of the scenario.
    public struct Second: Hashable, Sendable {
        /// Operations that a region served, by the region's position.
        public var served: [Int]
        /// Attempts that reached out for a region, by its position.
        public var attempts: [Int]
        /// Clients that held a region to be unhealthy for reads or writes at the second's end, by its position.
        public var unhealthy: [Int]
        /// Clients whose writes came to a region from another one within the second, by its position.
        public var arrivals: [Int]
        /// Operations that failed.
        public var errors = 0
        /// Reads that were older than what had been acknowledged.
        public var stale = 0

        /// An empty second of so many regions.
        public init(regions: Int) {
            self.served = Array(repeating: 0, count: regions)
            self.attempts = self.served
            self.unhealthy = self.served
            self.arrivals = self.served
        }
    }

    /// What clients did while every region was gone, all of them together.
    public struct Outage: Hashable, Sendable {
        /// Operations that were begun.
        public var operations = 0
        /// Attempts beyond one for each of them.
        public var extraAttempts = 0
        /// How many there may be: 5 % of the operations, and one for each operation that was under way when it began
        /// and each other region.
        public var bound = 0.0
    }

    /// A promise that was not kept.
    ///
    /// | promise | says |
    /// |---|---|
    /// | F1 | an operation ends within its deadline + 50 ms |
    /// | F2 | a read fails only after every region was tried that its client finds usable |
    /// | F4 | what depends on a condition is done at most once |
    /// | F6 | repetitions are few, in a total outage too |
    /// | H4 | no region is left alone for good |
    /// | H5 | only faults of a region's present state make it unhealthy, and enough of them |
    /// | H6 | a region that was never measured does not count as the fastest |
    /// | H8 | traffic returns only after a time of health |
    /// | H10 | an error tells of the regions |
    /// | H11 | a region that flaps gets no traffic back, and moves it away at most once |
    /// | R2 | no attempt is made where a policy or an operator forbids it |
    /// | C1 | a version is newer than all that its region has seen |
    /// | C2 | a consistent read gives what its region has acknowledged |
    /// | C5 | the regions end up with the same, deletes included, within the links' lag + 5 s |
    public struct Violation: Hashable, Sendable, CustomStringConvertible {
        /// Its number, for example `F1`.
        public var promise: String
        /// When, counted from the beginning.
        public var time: Duration
        /// What happened.
        public var message: String

        /// Describes what was not kept.
        public init(promise: String, time: Duration, message: String) {
            (self.promise, self.time, self.message) = (promise, time, message)
        }

        /// Number, moment and what happened.
        public var description: String { "\(self.promise) at \(self.time): \(self.message)" }
    }

    /// The scenario's name.
    public var scenario: String
    /// The policy as text.
    public var policy: String
    /// The seed.
    public var seed: UInt64
    /// The regions, the primary first.
    public var regions: [Region]
    /// How many clients there were.
    public var clients: Int
    /// How long clients sent operations.
    public var duration: Duration
    /// A number that follows from all that happened, in its order.
    public var traceHash: UInt64 = 0
    /// Operations that were begun, less those whose process ended before they did.
    public var operations = 0
    /// Operations whose callers got an error.
    public var errors = 0
    /// The same by code.
    public var errorCodes: [ErrorCode: Int] = [:]
    /// Attempts of all operations, health checks not included.
    public var attempts = 0
    /// Attempts beyond the first of each operation.
    public var repeats = 0
    /// The median time of the operations that succeeded; nil when none did.
    public var medianLatency: Duration?
    /// The time within which 99 of 100 operations that succeeded were done.
    public var latency99: Duration?
    /// Reads that succeeded.
    public var reads = 0
    /// Reads that were older than what had been acknowledged before they began.
    public var staleReads = 0
    /// Writes that were acknowledged.
    public var acknowledgedWrites = 0
    /// Writes that overwrote, or were overwritten by, one of another operation that their region had not seen.
    public var conflicts = 0
    /// Items of which no region has the newest acknowledged version, or a newer one, at the end.
    public var lostWrites = 0
    /// Changes of the region that a client's operations go to by default, all clients together.
    public var routeChanges = 0
    /// From the first fault of a region until the last of the clients that gave it up while the fault lasted, after a failed attempt
    /// there, had done so; nil when none did.
    public var failover: Duration?
    /// From the end of that fault until the writes of the last of the clients that had given it up were back; nil when
    /// none came back.
    public var failback: Duration?
    /// What a total outage caused.
    public var outage = Outage()
    /// Whether all regions held the same at the end.
    public var isConverged = false
    /// What happened second by second.
    public var timeline: [Second] = []
    /// Promises that were not kept.
    public var violations: [Violation] = []

    /// The share of operations that succeeded; 1 when there were none.
    public var availability: Double {
        self.operations == 0 ? 1 : 1 - Double(self.errors) / Double(self.operations)
    }

    /// Attempts beyond the first of each operation, as a share of the operations.
    public var extraLoad: Double {
        self.operations == 0 ? 0 : Double(self.repeats) / Double(self.operations)
    }

    /// An empty report.
    public init(
        scenario: String,
        policy: String,
        seed: UInt64,
        regions: [Region],
        clients: Int,
        duration: Duration
    ) {
        self.scenario = scenario
        self.policy = policy
        self.seed = seed
        self.regions = regions
        self.clients = clients
        self.duration = duration
    }
}
