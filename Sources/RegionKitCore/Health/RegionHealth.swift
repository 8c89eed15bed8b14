/// How one region is doing, for people and dashboards.
public struct RegionHealth: Hashable, Sendable {
    /// The region.
    public var region: Region
    /// Whether it is the primary.
    public var isPrimary: Bool
    /// Its status for reads.
    public var reads: RegionStatus
    /// Its status for writes.
    public var writes: RegionStatus
    /// The moving average of its latency; nil before the first answer.
    public var latency: Duration?
    /// Faults seen within the last ``HealthConfiguration/window``.
    public var errorCount: Int
    /// How long ago a probe or an operation last told something; nil when none did.
    public var sinceLastCheck: Duration?
    /// How far it is behind its peers; nil when that is not known.
    public var replicationLag: Duration?
    /// Operations of this store under way there.
    public var inFlight: Int
    /// Whether it was taken out of every route by hand.
    public var isEvacuated: Bool
    /// Whether it was put first by hand.
    public var isPreferred: Bool
    /// Whether it is healthy again and its traffic is still returning.
    public var isRecovering: Bool
    /// Whether the store's `run()` has not looked after health for three check intervals.
    public var isMonitorStalled = false

    /// The worse of the two statuses.
    public var status: RegionStatus { max(self.reads, self.writes) }
}
