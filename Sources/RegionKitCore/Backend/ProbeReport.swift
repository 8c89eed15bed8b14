/// What a successful probe learned about a region.
public struct ProbeReport: Hashable, Sendable {
    /// Whether the region takes writes; nil when the probe did not find out.
    public var writable: Bool?
    /// How far the region is behind its peers; nil when the backend does not report it.
    public var replicationLag: Duration?
    /// Where one region at a time takes all writes: that region, if the probe found it by a write that was done; nil
    /// where every region takes writes, and when the probe did not find out.
    ///
    /// Writes go there from now on, without the waits of a failback, unless a fence keeps them out.
    public var writer: Region?

    /// Creates a report.
    public init(writable: Bool? = nil, replicationLag: Duration? = nil, writer: Region? = nil) {
        self.writable = writable
        self.replicationLag = replicationLag
        self.writer = writer
    }
}
