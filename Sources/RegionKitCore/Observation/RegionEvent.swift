/// Something that happened in a store, told to its observers in order.
public struct RegionEvent: Sendable, Hashable {
    /// Why the active region changed.
    public enum RouteChangeReason: String, Hashable, Sendable, Codable {
        /// The region before became unhealthy.
        case unhealthy
        /// A region that the policy prefers is back.
        case failback
        /// Somebody moved traffic by hand.
        case manual
    }

    /// What happened.
    public enum Kind: Sendable, Hashable {
        /// A region's status for a kind of operation changed.
        case statusChanged(Region, OperationKind, from: RegionStatus, to: RegionStatus)
        /// Operations of a kind go to another region from now on.
        case routeChanged(OperationKind, from: Region, to: Region, reason: RouteChangeReason)
        /// One attempt ended: the region, the operation's name, its class of failure (nil: success) and how long it took.
        case attemptEnded(Region, operation: String, FailureClass?, Duration)
        /// A health check ended: the region, its class of failure (nil: it answered) and how long it took.
        case probeEnded(Region, FailureClass?, Duration)
        /// How a region does, after each of its health checks, whether or not anything changed.
        indirect case healthSampled(RegionHealth)
        /// An operation moved on to another region.
        case failedOver(OperationKind, from: Region, to: Region, FailureClass)
        /// A region was taken out of every route by hand.
        case evacuated(Region)
        /// A region was put first by hand.
        case preferred(Region)
        /// Manual control of a region ended.
        case restored(Region)
        /// Health checks did not run for this long: the process was suspended or starved.
        case monitorStalled(Duration)
        /// This observer was too slow: so many events before this one were dropped.
        case eventsLost(Int)
        /// Something a background service tells, for example a replication link that failed.
        case service(String)
    }

    /// What happened.
    public var kind: Kind
    /// When, on the store's monotonic clock.
    public var time: MonotonicInstant

    /// Creates an event.
    public init(_ kind: Kind, at time: MonotonicInstant) {
        self.kind = kind
        self.time = time
    }
}
