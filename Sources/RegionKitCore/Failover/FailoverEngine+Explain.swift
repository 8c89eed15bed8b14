internal import Synchronization

extension FailoverEngine {
    /// The route of an operation, region by region, without running anything.
    func explain(_ request: BackendRequest, _ options: OperationOptions) throws(RegionError) -> RouteExplanation {
        do throws(ValidationError) {
            try ItemLimits.validate(request, for: self.schema)
        } catch {
            throw RegionError(.validation, error.message)
        }
        let kind = request.kind
        let now = self.time.now
        var allowed = RegionSet()
        for (position, endpoint) in self.endpoints.enumerated()
        where options.allowed?.contains(endpoint.region) ?? true {
            allowed.insert(position)
        }
        var routing = RoutingRequest(
            kind: kind,
            table: self.schema.name,
            partition: request.partition(in: self.schema),
            consistency: request.consistency,
            affinity: options.affinity
        )
        let permitted = self.permitted(for: routing, request.partitions(in: self.schema))
        allowed = allowed.intersection(permitted)
        let (view, fenced) = self.state.withLock { state in
            // A copy is asked, so that explaining changes nothing.
            var board = state.board
            return (board.view(kind, place: options.affinity.map(Self.place), allowed: allowed, at: now), board.fenced)
        }
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
                let told = self.policy.reason(for: choice, request: routing, from: candidates, in: view.snapshot)
                let chosen = "chosen by \(self.policy)\(told.map { ": \($0)" } ?? "")"
                let reason = choice == view.preferred ? "preferred by hand" : chosen
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
            let reason =
                fenced.contains(position)
                ? "evacuated by hand"
                : !permitted.contains(position)
                    ? "not permitted by \(self.policy)"
                    : allowed.contains(position) ? "unhealthy for \(kind.rawValue)s" : "not allowed for this operation"
            stops.append(.init(region: endpoint.region, rank: nil, reason: reason))
        }
        return RouteExplanation(policy: "\(self.policy)", stops: stops)
    }
}
