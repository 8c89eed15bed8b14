public import RegionKitCore

/// One policy for reads and another for writes.
public struct ReadWriteSplit<Reads: RoutingPolicy, Writes: RoutingPolicy>: RoutingPolicy {
    /// Chooses for reads.
    public var reads: Reads
    /// Chooses for writes.
    public var writes: Writes

    /// Creates the policy.
    public init(reads: Reads, writes: Writes) {
        self.reads = reads
        self.writes = writes
    }

    /// What the policy for the operation's kind chooses.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        switch request.kind {
        case .read: self.reads.choose(for: request, from: candidates, in: snapshot)
        case .write: self.writes.choose(for: request, from: candidates, in: snapshot)
        }
    }

    /// What the policy for the operation's kind permits.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet {
        switch request.kind {
        case .read: self.reads.permitted(for: request, of: regions, in: snapshot)
        case .write: self.writes.permitted(for: request, of: regions, in: snapshot)
        }
    }

    /// The reason of the policy for the operation's kind.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        switch request.kind {
        case .read: self.reads.reason(for: position, request: request, from: candidates, in: snapshot)
        case .write: self.writes.reason(for: position, request: request, from: candidates, in: snapshot)
        }
    }

    /// The policy as text: `read-write(R, W)`.
    public var description: String { "read-write(\(self.reads), \(self.writes))" }
}

extension RoutingPolicy {
    /// One policy for reads and another for writes.
    public static func readWriteSplit<Reads, Writes>(
        reads: Reads,
        writes: Writes
    ) -> Self where Self == ReadWriteSplit<Reads, Writes> {
        ReadWriteSplit(reads: reads, writes: writes)
    }
}
