public import RegionKitCore

/// Something that befalls a simulated deployment for a while.
public struct ScenarioFault: Hashable, Sendable {
    /// What happens.
    public enum Kind: Hashable, Sendable {
        /// The region is gone for clients and peers: connections are refused.
        case outage
        /// The region's name resolves to nothing: new connections fail, open ones live on.
        case nameVanishes
        /// Nothing that is sent to the region is answered.
        case blackhole
        /// Every answer of the region takes so much longer.
        case slow(Duration)
        /// A share of the operations fails, 0 to 1; health checks succeed.
        case errors(Double)
        /// The region takes no writes.
        case readOnly
        /// A share of the operations is refused for now, 0 to 1.
        case throttled(Double)
        /// Writes reach the region so much later, and their answers are lost.
        case lateWrites(Duration)
        /// The region's wall clock is off by so much, ahead or behind; at the end it steps back.
        case clockSkew(Duration)
        /// The region goes down and comes up again, each for so long.
        case flapping(Duration)
        /// Changes from the region to `peer` (nil: to all others) are held back so much longer.
        case linkLag(Duration)
        /// Changes from the region to `peer` (nil: to all others) do not arrive.
        case linkCut
        /// Operators take the region out of every route, and restore it at the end.
        case evacuation
        /// The clients' processes end and start anew, without memory.
        case clientRestart
    }

    /// What happens.
    public var kind: Kind
    /// When it begins.
    public var start: Duration
    /// How long it lasts; nil until the end, and without meaning for a restart.
    public var duration: Duration?
    /// Where; nil for all regions, and without meaning for a restart.
    public var region: Region?
    /// For links, the region at the other end; nil for all.
    public var peer: Region?
    /// The group of clients that it befalls; nil for all, and without meaning for links and clocks.
    public var clients: String?

    /// Describes a fault.
    public init(
        _ kind: Kind,
        in region: Region? = nil,
        to peer: Region? = nil,
        at start: Duration,
        for duration: Duration? = nil,
        clients: String? = nil
    ) {
        self.kind = kind
        self.region = region
        self.peer = peer
        self.start = start
        self.duration = duration
        self.clients = clients
    }
}
