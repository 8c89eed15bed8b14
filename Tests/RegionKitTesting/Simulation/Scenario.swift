public import RegionKitCore

/// A deployment, its load and what befalls it: what a ``Simulation`` plays.
public struct Scenario: Sendable {
    /// A number of like client processes in one place, each with a store of its own.
    public struct Clients: Hashable, Sendable {
        /// The group's name.
        public var name: String
        /// How many there are.
        public var count: Int
        /// Operations a second of each.
        public var rate: Double
        /// The median time of an operation in each region, the way there and back included; the tail follows a
        /// log-normal distribution.
        public var latency: [Region: Duration]

        /// Describes a group.
        public init(_ name: String, count: Int, rate: Double, latency: [Region: Duration]) {
            self.name = name
            self.count = count
            self.rate = rate
            self.latency = latency
        }
    }

    /// What the operations are; shares are from 0 to 1.
    public struct Load: Hashable, Sendable {
        /// The share of reads. [0.9]
        public var reads = 0.9
        /// Of the reads, the share that asks for the latest. [0.1]
        public var consistent = 0.1
        /// Of the writes, the share of increments and of puts that must find no item: only the active region does them. [0.1]
        public var conditional = 0.1
        /// Of the writes, the share of deletes. [0.05]
        public var deletes = 0.05
        /// How many items there are. [100]
        public var keys = 100
        /// How many affinity keys each client gives to its operations, at random; 0 for none. [0]
        public var affinities = 0

        /// The defaults.
        public init() {}
    }

    /// What it is called.
    public var name: String
    /// What it is about, in a sentence or two.
    public var about: String
    /// For how long clients send operations.
    public var duration: Duration
    /// The regions in order, the primary first.
    public var regions: [Region]
    /// Who uses them.
    public var clients: [Clients]
    /// What they do.
    public var load: Load
    /// How all links between regions behave where no fault says otherwise.
    public var replication: LinkCondition
    /// Whether probes find out if a region takes writes; else writes themselves have to. [true]
    public var probesWrites = true
    /// Whether what clients use keeps to deadlines by itself; else it hangs, and is left behind. [true]
    public var honoursDeadlines = true
    /// How long a client keeps its connection to a region before it opens a new one; ± 50 %. [60 s]
    public var connectionLife: Duration
    /// What happens, in any order.
    public var faults: [ScenarioFault]
    /// The stores' configuration.
    public var configuration: StoreConfiguration

    /// Describes a scenario; nothing is checked before it is played.
    public init(
        name: String,
        about: String = "",
        duration: Duration,
        regions: [Region],
        clients: [Clients],
        load: Load = Load(),
        replication: LinkCondition = LinkCondition(lag: .milliseconds(500), jitter: .milliseconds(500)),
        connectionLife: Duration = .seconds(60),
        faults: [ScenarioFault] = [],
        configuration: StoreConfiguration = StoreConfiguration()
    ) {
        self.name = name
        self.about = about
        self.duration = duration
        self.regions = regions
        self.clients = clients
        self.load = load
        self.replication = replication
        self.connectionLife = connectionLife
        self.faults = faults
        self.configuration = configuration
    }
}
