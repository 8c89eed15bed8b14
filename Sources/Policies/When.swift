public import RegionKitCore

/// One policy for operations that fit a predicate, another for the rest.
public struct When<Then: RoutingPolicy, Else: RoutingPolicy>: RoutingPolicy {
    /// Which operations the first policy is for.
    public var predicate: RoutingPredicate
    /// Chooses for operations that fit.
    public var then: Then
    /// Chooses for the rest.
    public var otherwise: Else

    /// Creates the policy.
    public init(_ predicate: RoutingPredicate, _ then: Then, else otherwise: Else) {
        self.predicate = predicate
        self.then = then
        self.otherwise = otherwise
    }

    /// What the policy for the operation chooses.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        self.predicate.holds(for: request)
            ? self.then.choose(for: request, from: candidates, in: snapshot)
            : self.otherwise.choose(for: request, from: candidates, in: snapshot)
    }

    /// What the policy for the operation permits.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet {
        self.predicate.holds(for: request)
            ? self.then.permitted(for: request, of: regions, in: snapshot)
            : self.otherwise.permitted(for: request, of: regions, in: snapshot)
    }

    /// The reason of the policy for the operation.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        self.predicate.holds(for: request)
            ? self.then.reason(for: position, request: request, from: candidates, in: snapshot)
            : self.otherwise.reason(for: position, request: request, from: candidates, in: snapshot)
    }

    /// The policy as text: `when(predicate, P, P)`.
    public var description: String { "when(\(self.predicate), \(self.then), \(self.otherwise))" }
}

extension RoutingPolicy {
    /// This policy, with another one for operations that fit a predicate.
    public func when<Then>(_ predicate: RoutingPredicate, use then: Then) -> When<Then, Self> {
        When(predicate, then, else: self)
    }
}
