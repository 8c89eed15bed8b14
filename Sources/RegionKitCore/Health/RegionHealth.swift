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
    /// The share of reads that the region may be given, should the policy choose it: 0 while it is unhealthy, evacuated
    /// or waiting for its traffic, rising in steps while that returns, else 1.
    public var readShare: Double
    /// Whether the store's `run()` has not looked after health for three check intervals.
    public var isMonitorStalled: Bool

    /// Describes a region's health; what is not given is that of a region never reached.
    public init(
        region: Region,
        isPrimary: Bool = false,
        reads: RegionStatus = .unknown,
        writes: RegionStatus = .unknown,
        latency: Duration? = nil,
        errorCount: Int = 0,
        sinceLastCheck: Duration? = nil,
        replicationLag: Duration? = nil,
        inFlight: Int = 0,
        isEvacuated: Bool = false,
        isPreferred: Bool = false,
        isRecovering: Bool = false,
        readShare: Double = 1,
        isMonitorStalled: Bool = false
    ) {
        self.region = region
        self.isPrimary = isPrimary
        self.reads = reads
        self.writes = writes
        self.latency = latency
        self.errorCount = errorCount
        self.sinceLastCheck = sinceLastCheck
        self.replicationLag = replicationLag
        self.inFlight = inFlight
        self.isEvacuated = isEvacuated
        self.isPreferred = isPreferred
        self.isRecovering = isRecovering
        self.readShare = readShare
        self.isMonitorStalled = isMonitorStalled
    }

    /// The worse of the two statuses.
    public var status: RegionStatus { max(self.reads, self.writes) }
}
