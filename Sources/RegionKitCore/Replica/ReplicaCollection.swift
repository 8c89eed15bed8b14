/// What a region may forget.
public struct ReplicaCollection: Hashable, Sendable {
    /// Entries of its log up to this number have been applied by every peer.
    public var logThrough: Int64
    /// Tombstones whose version bears this time or an earlier one may go; see ``floor``.
    ///
    /// Every write up to it, whichever region accepted it, has been applied by every region, so that no older state of a
    /// key is still on its way. ``HybridTimestamp/zero`` for none.
    public var tombstonesThrough: HybridTimestamp

    /// What the region's ``ReplicaStatus/collectionFloor`` rises to: the highest version that may go.
    public var floor: Version {
        Version(timestamp: self.tombstonesThrough, origin: Origin(rawValue: .max))
    }

    /// Describes a collection.
    public init(logThrough: Int64, tombstonesThrough: HybridTimestamp) {
        self.logThrough = logThrough
        self.tombstonesThrough = tombstonesThrough
    }
}
