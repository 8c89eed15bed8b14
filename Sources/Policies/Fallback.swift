public import RegionKitCore

/// One policy, and another for when the first wants or permits none of the candidates.
public struct Fallback<First: RoutingPolicy, Second: RoutingPolicy>: RoutingPolicy {
    /// Is asked first.
    public var first: First
    /// Is asked when the first has no answer.
    public var second: Second

    /// Creates the policy.
    public init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    /// The first policy's choice among what it permits, else the second's.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        self.choice(of: self.first, for: request, from: candidates, in: snapshot)
            ?? self.choice(of: self.second, for: request, from: candidates, in: snapshot)
    }

    private func choice(
        of policy: some RoutingPolicy,
        for request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> Int? {
        let permitted = policy.permitted(for: request, of: candidates, in: snapshot)
        guard !permitted.isEmpty, let choice = policy.choose(for: request, from: permitted, in: snapshot),
            permitted.contains(choice)
        else { return nil }
        return choice
    }

    /// What either permits.
    public func permitted(
        for request: RoutingRequest,
        of regions: RegionSet,
        in snapshot: RegionSnapshot
    ) -> RegionSet {
        self.first.permitted(for: request, of: regions, in: snapshot)
            .union(self.second.permitted(for: request, of: regions, in: snapshot))
    }

    /// The reason of the policy that decides among the candidates.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        guard self.choice(of: self.first, for: request, from: candidates, in: snapshot) == nil else {
            let permitted = self.first.permitted(for: request, of: candidates, in: snapshot)
            return self.first.reason(for: position, request: request, from: permitted, in: snapshot)
        }
        let permitted = self.second.permitted(for: request, of: candidates, in: snapshot)
        let reason = self.second.reason(for: position, request: request, from: permitted, in: snapshot)
        return "by the fallback" + (reason.map { ": \($0)" } ?? "")
    }

    /// The policy as text: `fallback(P, P)`.
    public var description: String { "fallback(\(self.first), \(self.second))" }
}

extension RoutingPolicy {
    /// This policy, and another for when it wants or permits none of the candidates.
    public func fallingBack<Second>(to second: Second) -> Fallback<Self, Second> { Fallback(self, second) }
}
