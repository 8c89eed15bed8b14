internal import Synchronization

extension FailoverEngine {
    /// The route of an operation, region by region, without running anything.
    func explain(_ request: BackendRequest, _ options: OperationOptions) throws(RegionError) -> RouteExplanation {
        let now = self.time.now
        var operation = try self.operation(request, in: nil, options, at: now)
        let (kind, place, allowed, fence) = (operation.kind, operation.place, operation.allowed, operation.fence)
        let (shape, affinity) = (operation.shape, operation.affinity)
        let (view, fenced, shares, unhealthy) = self.state.withLock { state in
            // A copy is asked, so that explaining changes nothing.
            var board = state.board
            let view = board.view(kind, place: place, allowed: allowed, fence: fence, affinity: affinity, at: now)
            let shares = self.endpoints.indices.map { board.readShare(of: $0, at: now) }
            var rest = view.rest
            var unhealthy: [Int] = []
            while let choice = board.panicRegion(shape, kind, among: rest, fence: fence) {
                unhealthy.append(choice)
                rest.remove(choice)
            }
            return (view, board.fenced, shares, unhealthy)
        }
        operation.request.random = view.random
        var stops: [RouteExplanation.Stop] = []
        var routed = RegionSet()
        func add(_ position: Int, _ reason: String, isTried: Bool = true) {
            routed.insert(position)
            let state = view.snapshot.regions[position]
            let status = kind == .read ? state.reads : state.writes
            stops.append(
                .init(region: state.region, rank: isTried ? stops.count + 1 : nil, status: status, reason: reason)
            )
        }
        if kind == .write, let active = view.active, view.fit.union(view.held).contains(active) {
            add(active, "the active write region")
        }
        for tier in [view.fit, view.held] {
            var candidates = tier.subtracting(routed)
            while let choice = view.choose(operation.request, from: candidates, by: self.policy) {
                var reason =
                    choice == view.preferred
                    ? "preferred by hand"
                    : self.policy.reason(
                        for: choice,
                        request: view.question(operation.request, from: candidates),
                        from: candidates,
                        in: view.snapshot
                    ) ?? "chosen by \(self.policy)"
                if view.held.contains(choice) {
                    let share = kind == .read ? " (\(Int((shares[choice] * 100).rounded())) % of reads)" : ""
                    reason += ", though its traffic has not returned yet\(share)"
                } else if view.trials.contains(choice) {
                    reason += ", though unhealthy: the operation would be its trial"
                }
                add(choice, reason)
                candidates.remove(choice)
            }
        }
        let note = "unhealthy for \(kind.rawValue)s"
        if self.configuration.triesUnhealthyRegions || operation.isRestricted {
            for position in unhealthy { add(position, "\(note): tried only when nothing else is left") }
        }
        for position in self.endpoints.indices where !routed.contains(position) {
            add(position, self.exclusion(of: position, operation, fenced) ?? note, isTried: false)
        }
        return RouteExplanation(policy: "\(self.policy)", stops: stops)
    }
}
