public import RegionKitCore

/// Something that befalls a simulated deployment for a while.
public struct ScenarioFault: Hashable, Sendable {
    /// What happens.
    public enum Kind: Hashable, Sendable {
        /// The region is gone for clients and for its peers: connections are refused, those under way are reset.
        case outage
        /// The region's name resolves to nothing: clients' new connections fail, open ones live on.
        case nameVanishes
        /// Nothing that is sent to the region is answered, by clients or by its peers.
        case blackhole
        /// Every answer of the region takes so much longer, to its peers' calls too.
        case slow(Duration)
        /// A share of the requests fails, 0 to 1, of its peers' too; half of the writes among them are done all the same.
        /// Health checks succeed. A conditional write is two requests.
        case errors(Double)
        /// The region takes no clients' writes.
        case readOnly
        /// A share of the clients' requests is refused for now, 0 to 1, health checks included.
        case throttled(Double)
        /// Clients' writes reach the region so much later, and their answers are lost; those that come after their time
        /// are refused.
        case lateWrites(Duration)
        /// The region's wall clock is off by so much, ahead or behind; at the end it steps back.
        case clockSkew(Duration)
        /// The region goes down, as in an outage, and comes up again, each for so long.
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
