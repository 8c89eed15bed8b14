/// What a region may forget.
public struct ReplicaCollection: Hashable, Sendable {
    /// Entries of its log up to this number have been applied by every peer.
    public var logThrough: Int64
    /// Of each origin, the highest version that every region has applied. Tombstones up to it may go…
    public var stable: [Origin: Version]
    /// …if their version's time is also at or before this, in epoch milliseconds.
    public var tombstonesBefore: Int64

    /// Describes a collection.
    public init(logThrough: Int64, stable: [Origin: Version], tombstonesBefore: Int64) {
        self.logThrough = logThrough
        self.stable = stable
        self.tombstonesBefore = tombstonesBefore
    }
}
