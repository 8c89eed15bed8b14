/// How one replication link is doing.
public struct LinkStatus: Hashable, Sendable {
    /// Where changes come from.
    public var source: Region
    /// Where they go.
    public var target: Region
    /// What is emulated on the link.
    public var condition: LinkCondition
    /// How far the target is behind the source at most; nil before the target has caught up once.
    public var lag: Duration?
    /// How many rows were newer than what the target had.
    public var applied: Int
    /// How many attempts failed in a row; 0 when the link works.
    public var failures: Int
    /// Whether this replicator holds the link's lease and carries its changes.
    ///
    /// False while it waits for another replicator, while a region at an end does not serve, while the link is cut, and
    /// when ``Replicator/run()`` does not run.
    public var isHeld: Bool

    /// Creates a status.
    public init(
        source: Region,
        target: Region,
        condition: LinkCondition,
        lag: Duration?,
        applied: Int,
        failures: Int,
        isHeld: Bool
    ) {
        self.source = source
        self.target = target
        self.condition = condition
        self.lag = lag
        self.applied = applied
        self.failures = failures
        self.isHeld = isHeld
    }
}
