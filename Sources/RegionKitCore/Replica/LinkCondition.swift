/// How the way from one region to another behaves: what a developer or a test sets to see production's delays and
/// partitions on one machine.
public struct LinkCondition: Hashable, Sendable {
    /// How long a change is held back, counted from when the replicator first saw it. [0]
    public var lag: Duration
    /// The most that is added to the lag, drawn anew for every batch. [0]
    public var jitter: Duration
    /// Whether nothing passes at all. [false]
    public var isCut: Bool
    /// Whether changes of different keys overtake each other, and arrive more than once. [false]
    public var reorders: Bool

    /// Describes a link; without arguments one without faults.
    public init(lag: Duration = .zero, jitter: Duration = .zero, isCut: Bool = false, reorders: Bool = false) {
        self.lag = lag
        self.jitter = jitter
        self.isCut = isCut
        self.reorders = reorders
    }
}
