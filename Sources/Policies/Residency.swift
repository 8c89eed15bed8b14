public import RegionKitCore

/// Keeps operations within a set of regions, whatever fails: where the data may live.
///
/// When none of these regions can be used, operations fail rather than leave them.
public struct Residency<Inner: RoutingPolicy>: RoutingPolicy {
    /// The regions that may be used, in the order of the text.
    public var regions: [Region]
    /// Chooses among them.
    public var inner: Inner

    /// Creates the policy.
    public init(_ regions: [Region], _ inner: Inner) {
        self.regions = regions
        self.inner = inner
    }

    /// What the inner policy chooses among the regions of the set; nil when none of them is a candidate.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        let inside = self.inside(candidates, in: snapshot)
        return inside.isEmpty ? nil : self.inner.choose(for: request, from: inside, in: snapshot)
    }

    /// The regions of the set that the inner policy permits.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet {
        self.inner.permitted(for: request, of: self.inside(regions, in: snapshot), in: snapshot)
    }

    /// Whether it is outside the set; else the inner policy's reason.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        guard self.inside([position], in: snapshot).contains(position) else { return "outside the residency set" }
        let inside = self.inside(candidates, in: snapshot)
        return self.inner.reason(for: position, request: request, from: inside, in: snapshot)
    }

    private func inside(_ positions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet {
        var inside = RegionSet()
        for position in positions {
            if let region = snapshot.region(at: position), self.regions.contains(region) { inside.insert(position) }
        }
        return inside
    }

    /// The policy as text: `residency(a, b; P)`.
    public var description: String {
        "residency(\(self.regions.map(\.name).joined(separator: ", ")); \(self.inner))"
    }
}

extension RoutingPolicy {
    /// This policy, within a set of regions that operations never leave.
    public func restricted(to regions: Region...) -> Residency<Self> { Residency(regions, self) }
}
