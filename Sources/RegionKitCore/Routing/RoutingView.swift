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
    /// Random bits for this operation.
    var random: UInt64

    /// The region the policy names among `candidates`, by hand first.
    func choose(_ request: RoutingRequest, from candidates: RegionSet, by policy: any RoutingPolicy) -> Int? {
        if let preferred = self.preferred, candidates.contains(preferred) { return preferred }
        guard candidates.bits & (candidates.bits &- 1) != 0 else { return candidates.first }
        if let choice = policy.choose(for: request, from: candidates, in: self.snapshot), candidates.contains(choice) {
            return choice
        }
        return candidates.first
    }
}
