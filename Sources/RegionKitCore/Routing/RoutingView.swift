/// The regions one operation may use, in tiers: the policy chooses within the first tier that is not used up.
struct RoutingView: Sendable {
    var snapshot: RegionSnapshot
    /// In use and fit for this operation.
    var fit: RegionSet
    /// Of these, the ones that are still unhealthy: the operation would be their trial.
    var trials: RegionSet
    /// Healthy, but traffic has not returned there yet.
    var held: RegionSet
    /// Unhealthy: tried only when nothing else is left.
    var rest: RegionSet
    /// Put first by hand.
    var preferred: Int?
    /// Where writes go; nil when it must be chosen anew.
    var active: Int?
    /// Whether the active region of the kind must be chosen anew.
    var isUnsettled: Bool
    /// Where the affinity's reads went before.
    var home: AffinityHomes.Entry?
    /// Random bits for this operation.
    var random: UInt64

    /// The region the policy names among `candidates`, by hand first.
    func choose(_ request: RoutingRequest, from candidates: RegionSet, by policy: any RoutingPolicy) -> Int? {
        if let preferred = self.preferred, candidates.contains(preferred) { return preferred }
        guard candidates.bits & (candidates.bits &- 1) != 0 else { return candidates.first }
        let request = self.home == nil ? request : self.question(request, from: candidates)
        if let choice = policy.choose(for: request, from: candidates, in: self.snapshot), candidates.contains(choice) {
            return choice
        }
        return candidates.first
    }

    /// The request as the policy is asked it: with the home if that is a candidate, else with the refuge.
    func question(_ request: RoutingRequest, from candidates: RegionSet) -> RoutingRequest {
        var request = request
        if let home = self.home {
            request.home =
                candidates.contains(home.home) ? home.home : home.refuge.flatMap { candidates.contains($0) ? $0 : nil }
        }
        return request
    }

    /// Whether the affinity should remember that a read went to `choice`: not when its home was passed over.
    func isRemembered(_ choice: Int, from candidates: RegionSet) -> Bool {
        self.home.map { $0.home == choice || !candidates.contains($0.home) } ?? true
    }
}
