public import RegionKitCore

/// Keeps what belongs together in one region.
///
/// Where operations with the same affinity went before is where they go, while that region is a candidate. Otherwise
/// another policy chooses, with a hash of the affinity in the place of chance: all processes that see the same regions
/// choose the same.
public struct Sticky<Inner: RoutingPolicy>: RoutingPolicy {
    /// Chooses the first region, and the next one when it is lost.
    public var inner: Inner

    /// Creates the policy.
    public init(_ inner: Inner) {
        self.inner = inner
    }

    /// The affinity's home if it is a candidate, else what the inner policy chooses.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        if let home = request.home, candidates.contains(home),
            self.inner.permitted(for: request, of: candidates, in: snapshot).contains(home)
        {
            return home
        }
        return self.inner.choose(for: Self.steady(request), from: candidates, in: snapshot)
    }

    /// What the inner policy permits.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet {
        self.inner.permitted(for: request, of: regions, in: snapshot)
    }

    /// Whether it is the affinity's home; else the inner policy's reason.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        if position == request.home { return "its affinity went there before" }
        return self.inner.reason(for: position, request: Self.steady(request), from: candidates, in: snapshot)
    }

    private static func steady(_ request: RoutingRequest) -> RoutingRequest {
        guard let affinity = request.affinity else { return request }
        var request = request
        request.random = StableHash.hash(affinity)
        return request
    }

    /// The policy as text: `sticky(P)`.
    public var description: String { "sticky(\(self.inner))" }
}

extension RoutingPolicy {
    /// This policy, with what has the same affinity kept in one region.
    public func sticky() -> Sticky<Self> { Sticky(self) }
}
