internal import Synchronization

extension FailoverEngine {
    /// The route of an operation, region by region, without running anything.
    func explain(_ request: BackendRequest, _ options: OperationOptions) throws(RegionError) -> RouteExplanation {
        let now = self.time.now
        let operation = try self.operation(request, in: nil, options, at: now)
        let (kind, place, allowed, fence) = (operation.kind, operation.place, operation.allowed, operation.fence)
        let (view, fenced) = self.state.withLock { state in
            // A copy is asked, so that explaining changes nothing.
            var board = state.board
            let affinity = operation.affinity
            return (
                board.view(kind, place: place, allowed: allowed, fence: fence, affinity: affinity, at: now),
                board.fenced
            )
        }
        var routing = operation.request
        routing.random = view.random
        var stops: [RouteExplanation.Stop] = []
        func add(_ position: Int, _ reason: String) {
            stops.append(.init(region: self.endpoints[position].region, rank: stops.count + 1, reason: reason))
        }
        var left = view.fit.union(view.held)
        if kind == .write, let active = view.active, left.contains(active) {
            add(active, "the active write region")
            left.remove(active)
        }
        for (tier, note) in [(view.fit, ""), (view.held, ", though its traffic has not returned yet")] {
            var candidates = tier.intersection(left)
            while let choice = view.choose(routing, from: candidates, by: self.policy) {
                let reason = choice == view.preferred ? "preferred by hand" : "chosen by \(self.policy)"
                add(choice, "\(reason)\(note)")
                candidates.remove(choice)
            }
        }
        if self.configuration.triesUnhealthyRegions {
            var candidates = view.rest
            while let choice = self.state.withLock({ $0.board.panicRegion(.read, kind, among: candidates) }) {
                add(choice, "unhealthy for \(kind.rawValue)s: tried only when nothing else is left")
                candidates.remove(choice)
            }
        }
        let routed = Set(stops.map(\.region))
        for (position, endpoint) in self.endpoints.enumerated() where !routed.contains(endpoint.region) {
            let reason = self.exclusion(of: position, operation, fenced) ?? "unhealthy for \(kind.rawValue)s"
            stops.append(.init(region: endpoint.region, rank: nil, reason: reason))
        }
        return RouteExplanation(policy: "\(self.policy)", stops: stops)
    }
}
