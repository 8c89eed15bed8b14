public import RegionKitCore

/// How the replicas of a table are doing.
public struct ReplicationStatus: Hashable, Sendable {
    /// The table in one region.
    public struct Replica: Hashable, Sendable {
        /// The region.
        public var region: Region
        /// Whether it can be used.
        public var status: RegionStatus
        /// How far it is behind the others; nil when nobody knows.
        public var lag: Duration?
    }

    /// The table's name.
    public var table: String
    /// The primary region.
    public var primary: Region
    /// The replicas, the primary's first.
    public var replicas: [Replica]
}
