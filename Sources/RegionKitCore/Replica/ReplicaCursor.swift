/// A position in a region's log.
public struct ReplicaCursor: Hashable, Sendable {
    /// Which life of the region the position belongs to; 0 stands for none.
    public var incarnation: UInt64
    /// The number of the last entry covered; 0 is the beginning.
    public var sequence: Int64
    /// The version of that entry; tells a log that was restored from an older copy.
    public var version: Version?

    /// Creates a cursor.
    public init(incarnation: UInt64, sequence: Int64, version: Version?) {
        self.incarnation = incarnation
        self.sequence = sequence
        self.version = version
    }

    /// The position of one who has seen nothing.
    public static let start = ReplicaCursor(incarnation: 0, sequence: 0, version: nil)
}
