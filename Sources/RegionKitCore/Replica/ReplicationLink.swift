/// The way from one region to another.
struct ReplicationLink: Hashable, Comparable, Sendable {
    var source: Region
    var target: Region

    static func < (lhs: ReplicationLink, rhs: ReplicationLink) -> Bool {
        lhs.source != rhs.source ? lhs.source < rhs.source : lhs.target < rhs.target
    }
}
