internal import RegionKitCore

/// A policy that tells the judge when it ranks a region first only for want of a sample.
struct WatchedPolicy: RoutingPolicy {
    let base: any RoutingPolicy
    let client: Int
    let network: SimulatedNetwork

    var description: String { self.base.description }

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        let choice = self.base.choose(for: request, from: candidates, in: snapshot)
        if let choice, candidates.contains(choice), snapshot.regions[choice].latency == nil {
            self.check(choice, request, candidates, snapshot)
        }
        return choice
    }

    /// Whether the choice would be the same if the region were known to be slow: a little slower than the one that
    /// would be taken then.
    private func check(
        _ choice: Int,
        _ request: RoutingRequest,
        _ candidates: RegionSet,
        _ snapshot: RegionSnapshot
    ) {
        var known = snapshot
        known.regions[choice].latency = .seconds(3600)
        guard let other = self.base.choose(for: request, from: candidates, in: known), other != choice,
            candidates.contains(other), let latency = snapshot.regions[other].latency
        else { return }
        known.regions[choice].latency = latency + .milliseconds(16)
        guard self.base.choose(for: request, from: candidates, in: known) != choice else { return }
        self.network.judge {
            $0.unknownRanked(choice, before: other, by: self.client, at: self.network.time.now)
        }
    }

    func permitted(for request: RoutingRequest, of regions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet {
        self.base.permitted(for: request, of: regions, in: snapshot)
    }

    func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        self.base.reason(for: position, request: request, from: candidates, in: snapshot)
    }
}
