/// How a region is doing, from best to worst.
public enum RegionStatus: String, Hashable, Sendable, CaseIterable, Codable, Comparable {
    /// Responding normally.
    case healthy
    /// Never reached yet: it may be routed to, and has no latency to compare.
    case unknown
    /// Slow, or with some faults: it is used, with caution.
    case degraded
    /// Not used, except for trials and when nothing else is left.
    case unhealthy

    private var rank: Int {
        switch self {
        case .healthy: 0
        case .unknown: 1
        case .degraded: 2
        case .unhealthy: 3
        }
    }

    /// Orders from best to worst.
    public static func < (lhs: RegionStatus, rhs: RegionStatus) -> Bool { lhs.rank < rhs.rank }
}
