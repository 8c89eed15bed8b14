/// What a successful probe learned about a region.
public struct ProbeReport: Hashable, Sendable {
    /// Whether the region takes writes; nil when the probe did not find out.
    public var writable: Bool?
    /// How far the region is behind its peers; nil when the backend does not report it.
    public var replicationLag: Duration?

    /// Creates a report.
    public init(writable: Bool? = nil, replicationLag: Duration? = nil) {
        self.writable = writable
        self.replicationLag = replicationLag
    }
}
