public import RegionKitCore

/// Keeps operations out of one region, whatever fails.
public struct Excluding<Inner: RoutingPolicy>: RoutingPolicy {
    /// The region that is never used.
    public var region: Region
    /// Chooses among the others.
    public var inner: Inner

    /// Creates the policy.
    public init(_ region: Region, _ inner: Inner) {
        self.region = region
        self.inner = inner
    }

    /// What the inner policy chooses among the other regions.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        self.inner.choose(for: request, from: self.others(candidates, in: snapshot), in: snapshot)
    }

    /// The other regions that the inner policy permits.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet {
        self.inner.permitted(for: request, of: self.others(regions, in: snapshot), in: snapshot)
    }

    /// Whether it is excluded; else the inner policy's reason.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        guard snapshot.region(at: position) != self.region else { return "excluded by the policy" }
        let others = self.others(candidates, in: snapshot)
        return self.inner.reason(for: position, request: request, from: others, in: snapshot)
    }

    private func others(_ positions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet {
        var others = positions
        for position in positions where snapshot.region(at: position) == self.region { others.remove(position) }
        return others
    }

    /// The policy as text: `excluding(region, P)`.
    public var description: String { "excluding(\(self.region), \(self.inner))" }
}

extension RoutingPolicy {
    /// This policy, without a region that operations never go to.
    public func excluding(_ region: Region) -> Excluding<Self> { Excluding(region, self) }
}
