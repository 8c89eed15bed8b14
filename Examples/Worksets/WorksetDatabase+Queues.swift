public import RegionKitCore

extension WorksetDatabase {
    /// A page of the worksets in one state, by priority (as text) if none is given.
    ///
    /// The list comes from an index, which may be a moment behind its table.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - priority: The only priority wanted; nil for all.
    ///   - limit: The most worksets of the page, 1 to 1000.
    ///   - page: Where the page before ended: its ``WorksetPage/next``. Any region can go on.
    ///   - region: The only region to ask.
    public func listWorksets(
        in state: WorksetState,
        priority: WorksetPriority? = nil,
        limit: Int = 100,
        page: PageToken? = nil,
        region: Region? = nil
    ) async throws(WorksetError) -> WorksetPage {
        try Self.check(limit)
        let query = Query(
            .string(state.rawValue),
            sort: priority.map { .equal(.string($0.rawValue)) },
            index: WorksetConfiguration.priorityIndex,
            limit: limit,
            next: page
        )
        let found = try await self.page(query, region)
        var worksets: [Workset] = []
        for item in found.items { worksets.append(try Workset(item)) }
        return WorksetPage(worksets: worksets, next: found.next)
    }

    /// The worksets to work on next: urgent before normal before low, then the oldest first.
    ///
    /// Locked ones are among them; ``acquireLock(_:owner:force:region:)`` tells. Those of other priorities are not.
    /// The index of ready worksets is read to its end, once, and at most `limit` of each priority are kept.
    ///
    /// - Parameters:
    ///   - limit: The most worksets, 1 to 1000.
    ///   - region: The only region to ask.
    public func readyWorksetsPrioritized(
        limit: Int = 100,
        region: Region? = nil
    ) async throws(WorksetError) -> [Workset] {
        try Self.check(limit)
        var queues: [WorksetPriority: [Workset]] = [:]
        var query = Query(.string(WorksetState.ready.rawValue), index: WorksetConfiguration.ageIndex)
        repeat {
            let found = try await self.page(query, region)
            for item in found.items {
                let workset = try Workset(item)
                guard queues[workset.priority, default: []].count < limit else { continue }
                queues[workset.priority, default: []].append(workset)
            }
            query.next = found.next
        } while query.next != nil && queues[.urgent, default: []].count < limit
        return Array(WorksetPriority.allCases.flatMap { queues[$0] ?? [] }.prefix(limit))
    }

    /// How many worksets are in each state.
    ///
    /// Every item of the asked states is read, page by page: a report for people, not for a hot path.
    ///
    /// - Parameters:
    ///   - states: The states to count.
    ///   - region: The only region to ask.
    public func queueDepth(
        of states: [WorksetState] = WorksetState.allCases,
        region: Region? = nil
    ) async throws(WorksetError) -> [WorksetState: Int] {
        var depth: [WorksetState: Int] = [:]
        for state in states {
            var query = Query(.string(state.rawValue), index: WorksetConfiguration.priorityIndex)
            var count = 0
            repeat {
                let found = try await self.page(query, region)
                count += found.items.count
                query.next = found.next
            } while query.next != nil
            depth[state] = count
        }
        return depth
    }

    private func page(_ query: Query, _ region: Region?) async throws(WorksetError) -> Page {
        try await self.asked { () async throws(RegionError) in
            try await self.store.query(query, in: region).value
        }
    }

    private static func check(_ limit: Int) throws(WorksetError) {
        guard (1...1000).contains(limit) else {
            throw WorksetError(.invalidArgument, "the limit is \(limit); allowed is 1 to 1000")
        }
    }
}
