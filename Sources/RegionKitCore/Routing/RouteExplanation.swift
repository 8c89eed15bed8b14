/// Where an operation would go, and why: the order of the regions with a reason for each.
public struct RouteExplanation: Hashable, Sendable {
    /// One region's part in the route.
    public struct Stop: Hashable, Sendable {
        /// The region.
        public var region: Region
        /// Its place in the order, from 1; nil when it is in no attempt.
        public var rank: Int?
        /// Its status for this kind of operation.
        public var status: RegionStatus
        /// Why it stands there: the policy's reason, manual control, its health, or the fence that keeps it out.
        public var reason: String
    }

    /// The policy that chose, as text.
    public var policy: String
    /// All regions: those in the route in their order, then the others.
    public var stops: [Stop]

    /// The regions that would be tried, in order.
    public var order: [Region] { self.stops.filter { $0.rank != nil }.map(\.region) }
}
