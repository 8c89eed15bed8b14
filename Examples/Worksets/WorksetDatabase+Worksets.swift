public import RegionKitCore

extension WorksetDatabase {
    /// Registers a workset that is ready to be processed.
    ///
    /// - Returns: false when the workset exists already; it is left as it is.
    public func registerWorkset(
        _ id: String,
        bucket: String,
        prefix: String,
        priority: WorksetPriority = .normal,
        metadata: [String: AttributeValue] = [:],
        customerID: String? = nil,
        region: Region? = nil
    ) async throws(WorksetError) -> Bool {
        let now = self.now
        var item: Item = [
            "workset_id": .string(id),
            "state": .string(WorksetState.ready.rawValue),
            "priority": .string(priority.rawValue),
            "bucket": .string(bucket),
            "prefix": .string(prefix),
            "created_at": now,
            "updated_at": now,
            "state_history": .list([Self.entry(.ready, at: now, "Initial registration")]),
        ]
        if !metadata.isEmpty { item["metadata"] = .map(metadata) }
        if let customerID { item["customer_id"] = .string(customerID) }
        let result = try await self.attempted { () async throws(RegionError) in
            try await self.store.put(item, if: !Self.exists, in: region)
        }
        switch result {
        case .success: return true
        case .failure: return false
        }
    }

    /// The record of a workset; nil when the region that answered has none.
    ///
    /// The answer may be older than the last write when it comes from another region.
    public func getWorkset(
        _ id: String,
        consistency: ReadConsistency = .eventual,
        region: Region? = nil
    ) async throws(WorksetError) -> Workset? {
        let found = try await self.asked { () async throws(RegionError) in
            try await self.store.get(Self.key(id), consistency: consistency, in: region)
        }
        guard let item = found.value.item else { return nil }
        return try Workset(item)
    }

    /// Moves a workset to another state and adds a line to its history.
    ///
    /// The history grows with every transition; a workset has room for some thousands (an item holds 400 KB).
    ///
    /// - Parameters:
    ///   - id: The workset.
    ///   - state: Where it goes.
    ///   - reason: Why, for the history.
    ///   - errorDetails: What went wrong; nil leaves the attribute as it is. So do the next two.
    ///   - clusterName: Where it runs.
    ///   - metrics: What the run measured.
    ///   - lock: The lock that the caller works under: the transition fails when it is gone.
    ///   - force: Allows transitions that ``WorksetState/transitions`` does not list, for repairs by hand.
    ///   - region: The only region to ask.
    /// - Returns: The record after the transition.
    /// - Throws: ``WorksetError/Code/notFound``, ``WorksetError/Code/illegalTransition``,
    ///   ``WorksetError/Code/lockLost``, or what the store met with.
    @discardableResult
    public func updateState(
        _ id: String,
        to state: WorksetState,
        reason: String,
        errorDetails: String? = nil,
        clusterName: String? = nil,
        metrics: [String: AttributeValue]? = nil,
        holding lock: WorksetLock? = nil,
        force: Bool = false,
        region: Region? = nil
    ) async throws(WorksetError) -> Workset {
        let sources = state.predecessors.map { AttributeValue.string($0.rawValue) }
        guard force || !sources.isEmpty else {
            throw WorksetError(.illegalTransition, "no state leads to \(state)")
        }
        var condition = force ? Self.exists : attribute("state").isIn(sources)
        if let lock { condition = condition && Self.holds(lock) }

        let now = self.now
        var update = Update()
            .set("state", .string(state.rawValue))
            .set("updated_at", now)
            .set(
                "state_history",
                to: .listAppend(
                    .ifNotExists("state_history", .value([])),
                    .value([Self.entry(state, at: now, reason)])
                )
            )
        if let errorDetails { update = update.set("error_details", .string(errorDetails)) }
        if let clusterName { update = update.set("cluster_name", .string(clusterName)) }
        if let metrics { update = update.set("metrics", .map(metrics)) }

        let result = try await self.attempted { [update, condition] () async throws(RegionError) in
            try await self.store.update(Self.key(id), update, if: condition, returning: .new, in: region)
        }
        switch result {
        case .success(let written):
            return try Workset(written.value.item ?? [:])
        case .failure(let refusal):
            throw try await self.reason(of: refusal, id, state, lock, force)
        }
    }

    private func reason(
        of refusal: RegionError,
        _ id: String,
        _ state: WorksetState,
        _ lock: WorksetLock?,
        _ force: Bool
    ) async throws(WorksetError) -> WorksetError {
        var item = refusal.storedItem
        if item == nil { item = try await self.current(id, after: refusal).value.item }
        guard let item else { return .notFound(in: refusal.region) }
        let workset = try Workset(item)
        if let lock, !Self.isHeld(lock, by: item) {
            return WorksetError(.lockLost, "\(lock.owner) no longer holds the lock", cause: refusal)
        }
        if !force, !workset.state.isLegal(to: state) {
            return WorksetError(.illegalTransition, "\(workset.state) does not lead to \(state)", cause: refusal)
        }
        return WorksetError(.contention, "the workset was changed meanwhile", cause: refusal)
    }

    private static func entry(_ state: WorksetState, at now: AttributeValue, _ reason: String) -> AttributeValue {
        ["state": .string(state.rawValue), "timestamp": now, "reason": .string(reason)]
    }
}
