/// Where a region stands.
public struct ReplicaStatus: Hashable, Sendable {
    /// The region.
    public var region: Region
    /// Whether it takes writes.
    public var isReady: Bool
    /// Whether it has no row at all.
    public var isEmpty: Bool
    /// The end of its log.
    public var head: ReplicaCursor
    /// How far each peer's log has been applied here.
    public var cursors: [Region: ReplicaCursor]
    /// The highest clock reading seen.
    public var clock: HybridTimestamp
    /// The highest version up to which tombstones were collected, here or where this region merged from; nil when none
    /// ever were.
    public var collectionFloor: Version?
    /// How many rows are parked because their version lies too far ahead.
    public var parked: Int

    /// Creates a status.
    public init(
        region: Region,
        isReady: Bool,
        isEmpty: Bool,
        head: ReplicaCursor,
        cursors: [Region: ReplicaCursor],
        clock: HybridTimestamp,
        collectionFloor: Version?,
        parked: Int
    ) {
        self.region = region
        self.isReady = isReady
        self.isEmpty = isEmpty
        self.head = head
        self.cursors = cursors
        self.clock = clock
        self.collectionFloor = collectionFloor
        self.parked = parked
    }
}
