/// What a store knows of one region.
public struct RegionState: Hashable, Sendable {
    /// The region's name.
    public var region: Region
    /// Its status for reads.
    public var reads: RegionStatus
    /// Its status for writes.
    public var writes: RegionStatus
    /// The moving average of its latency; nil before the first answer.
    public var latency: Duration?
    /// Operations of this store under way there.
    public var inFlight: Int
    /// How far it is behind its peers; nil when the backend does not report it.
    public var replicationLag: Duration?

    /// Describes a region.
    public init(
        region: Region,
        reads: RegionStatus = .unknown,
        writes: RegionStatus = .unknown,
        latency: Duration? = nil,
        inFlight: Int = 0,
        replicationLag: Duration? = nil
    ) {
        self.region = region
        self.reads = reads
        self.writes = writes
        self.latency = latency
        self.inFlight = inFlight
        self.replicationLag = replicationLag
    }

    /// The worse of the two statuses, as shown for the region.
    public var status: RegionStatus { max(self.reads, self.writes) }
}
