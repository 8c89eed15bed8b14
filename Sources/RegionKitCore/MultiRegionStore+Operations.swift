extension MultiRegionStore {
    /// Reads one item.
    ///
    /// - Parameters:
    ///   - key: The item's key.
    ///   - consistency: How fresh the answer must be within the region that gives it.
    ///   - region: The only region that may answer; nil for the best.
    ///   - options: Deadline, affinity, allowed regions.
    public func get(
        _ key: Key,
        consistency: ReadConsistency = .eventual,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<GetResult> {
        try await self.engine.run(.get(key, consistency), in: region, options) { response in
            if case .item(let result) = response { result } else { nil }
        }
    }

    /// Stores an item in place of what was there.
    ///
    /// - Parameters:
    ///   - item: The item, its key attributes included.
    ///   - condition: What must hold for the stored item.
    ///   - returning: Which item the answer carries.
    ///   - region: The only region that may take it; nil for the active write region.
    ///   - options: Deadline, affinity, allowed regions.
    @discardableResult
    public func put(
        _ item: Item,
        if condition: Condition? = nil,
        returning: Write.Returning = .none,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<WriteResult> {
        try await self.write(Write(.put(item), if: condition, returning: returning), in: region, options)
    }

    /// Changes parts of an item, creating it when it is missing.
    ///
    /// - Parameters:
    ///   - key: The item's key.
    ///   - update: The changes.
    ///   - condition: What must hold for the stored item.
    ///   - returning: Which item the answer carries.
    ///   - region: The only region that may take it; nil for the active write region.
    ///   - options: Deadline, affinity, allowed regions.
    @discardableResult
    public func update(
        _ key: Key,
        _ update: Update,
        if condition: Condition? = nil,
        returning: Write.Returning = .none,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<WriteResult> {
        try await self.write(Write(.update(key, update), if: condition, returning: returning), in: region, options)
    }

    /// Removes an item; a missing one is no error.
    ///
    /// - Parameters:
    ///   - key: The item's key.
    ///   - condition: What must hold for the stored item.
    ///   - returning: ``Write/Returning/old`` to get the item that was removed.
    ///   - region: The only region that may take it; nil for the active write region.
    ///   - options: Deadline, affinity, allowed regions.
    @discardableResult
    public func delete(
        _ key: Key,
        if condition: Condition? = nil,
        returning: Write.Returning = .none,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<WriteResult> {
        try await self.write(Write(.delete(key), if: condition, returning: returning), in: region, options)
    }

    /// Reads a page of one partition, of the table or of an index.
    public func query(
        _ query: Query,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<Page> {
        try await self.page(.query(query), in: region, options)
    }

    /// Reads a page of the whole table.
    public func scan(
        _ scan: Scan = Scan(),
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<Page> {
        try await self.page(.scan(scan), in: region, options)
    }

    /// Reads up to 100 different items from one region; the results are in the order of the keys.
    public func batchGet(
        _ keys: [Key],
        consistency: ReadConsistency = .eventual,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<[GetResult]> {
        try await self.engine.run(.batchGet(keys, consistency), in: region, options) { response in
            if case .items(let results) = response, results.count == keys.count { results } else { nil }
        }
    }

    /// Does up to 25 unconditional puts and deletes on different items, each on its own, in one region.
    ///
    /// When it throws, some of them may have been done; repeating the batch is safe.
    @discardableResult
    public func batchWrite(
        _ writes: [Write],
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<[WriteResult]> {
        try await self.batch(.batchWrite(writes), count: writes.count, in: region, options)
    }

    /// Does up to 100 writes on different items in one region, all or none.
    ///
    /// Other regions receive the items one by one, as the service does: a reader there may see a part for a while.
    @discardableResult
    public func transact(
        _ writes: [Write],
        in region: Region? = nil,
        options: OperationOptions = OperationOptions()
    ) async throws(RegionError) -> Routed<[WriteResult]> {
        try await self.batch(.transact(writes), count: writes.count, in: region, options)
    }

    /// Finds out what became of a write that ended with ``ErrorCode/outcomeUnknown``, by asking the regions where it may
    /// have been done.
    ///
    /// A region on SQLite or Redis remembers writes for ten minutes, and refuses one for good that was not done: after
    /// ``WriteOutcome/notApplied`` it may be repeated. One that was made within the minute before the write or later, or
    /// has lost something since, never says that. On DynamoDB the stamps of the items tell that a write was done, and
    /// nothing tells that one was not: a delete, an item that somebody else has changed since, a part of a batch and a
    /// write that did not arrive are all ``WriteOutcome/stillUnknown``.
    ///
    /// It may be asked again. A region that is fenced, or does not answer, leaves the outcome unknown.
    ///
    /// - Parameters:
    ///   - operation: ``RegionError/operation`` of the write's error. At least the last 40 of this store are known, and
    ///     1,024 that change few keys; of others nothing can be said, nor of writes through
    ///     ``withRegion(for:in:options:_:)``, nor, on SQLite and Redis, of one that began nine minutes ago.
    ///   - options: The deadline of each region's answer; allowed regions.
    public func resolve(
        _ operation: OperationID,
        options: OperationOptions = OperationOptions()
    ) async -> WriteOutcome {
        await self.engine.resolve(operation, options)
    }

    /// Runs a caller's own work against a region's backend, under the same rules of routing, health and failover.
    ///
    /// The work is attempted in one region after the other while it throws a ``BackendError`` that says so; any other
    /// error ends the operation and is thrown as it is. A write is treated as conditional: it is repeated only while
    /// it certainly was not done.
    ///
    /// - Parameters:
    ///   - kind: Whether the work reads or writes.
    ///   - region: The only region that may do it; nil for the best.
    ///   - options: Deadline, affinity, allowed regions.
    ///   - body: The work. It is cancelled when its attempt's time is over.
    public func withRegion<Value: Sendable>(
        for kind: OperationKind,
        in region: Region? = nil,
        options: OperationOptions = OperationOptions(),
        _ body: @escaping @Sendable (any RegionBackend, AttemptContext) async throws -> Value
    ) async throws -> Routed<Value> {
        let routing = RoutingRequest(kind: kind, table: self.schema.name, affinity: options.affinity)
        let now = self.engine.time.now
        let shape: AttemptMachine.Shape = kind == .read ? .read : .conditionalWrite
        var operation = try self.engine.operation(shape, routing, in: region, options, at: now)
        let answer = try await self.engine.run(CustomWork(body: body), &operation, at: now)
        return answer.replacingValue(try answer.value.get())
    }

    private func write(
        _ write: Write,
        in region: Region?,
        _ options: OperationOptions
    ) async throws(RegionError) -> Routed<WriteResult> {
        try await self.engine.run(.write(write), in: region, options) { response in
            if case .written(let result) = response { result } else { nil }
        }
    }

    private func page(
        _ request: BackendRequest,
        in region: Region?,
        _ options: OperationOptions
    ) async throws(RegionError) -> Routed<Page> {
        try await self.engine.run(request, in: region, options) { response in
            if case .page(let page) = response { page } else { nil }
        }
    }

    private func batch(
        _ request: BackendRequest,
        count: Int,
        in region: Region?,
        _ options: OperationOptions
    ) async throws(RegionError) -> Routed<[WriteResult]> {
        try await self.engine.run(request, in: region, options) { response in
            if case .batch(let results) = response, results.count == count { results } else { nil }
        }
    }
}
