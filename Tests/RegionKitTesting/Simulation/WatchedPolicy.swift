internal import RegionKitCore

/// A policy that tells the judge when it ranks a region first only for want of a sample.
struct WatchedPolicy: RoutingPolicy {
    let base: any RoutingPolicy
    let client: Int
    let network: SimulatedNetwork

    var description: String { self.base.description }

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        let choice = self.base.choose(for: request, from: candidates, in: snapshot)
        if let choice, snapshot.regions[choice].latency == nil,
            candidates.contains(where: { snapshot.regions[$0].latency != nil })
        {
            var known = snapshot
            known.regions[choice].latency = .seconds(3600)
            if self.base.choose(for: request, from: candidates, in: known) != choice {
                self.network.judge {
                    $0.unknownRanked(first: choice, by: self.client, at: self.network.time.now)
                }
            }
        }
        return choice
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
