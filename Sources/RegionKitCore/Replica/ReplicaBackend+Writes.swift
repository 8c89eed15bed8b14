internal import Synchronization

extension ReplicaBackend {
    /// How often a write is decided anew; one that is overtaken more often ends as `conflict`.
    private static var maximumTries: Int { 1000 }

    private struct Plan {
        var change: ReplicaCommit.Change
        var returned: Item?
    }

    func commit(_ writes: [Write], in context: AttemptContext) async throws(BackendError) -> [WriteResult] {
        let digest = RequestDigest(of: writes).value
        for attempt in 0..<Self.maximumTries {
            if attempt > 0 {
                if Task.isCancelled { throw BackendError(.overloaded, .cancelled, "The task was cancelled.") }
                if context.time.now >= context.deadline { break }
            }
            let commit: ReplicaCommit
            let plans: [Plan]
            do throws(BackendError) {
                plans = try await self.plan(writes, in: context)
                commit = ReplicaCommit(changes: plans.map(\.change), digest: digest)
            } catch  where error.failure == .rejected && context.mayHaveRun {
                // The first attempt may have been done, and may itself be why the condition fails now.
                let outcome = try await self.send(.refusal(digest: digest), in: context)
                guard case .repeated(let version) = outcome else { throw error }
                return try await self.results(of: writes, repeating: version, in: context)
            }
            switch try await self.send(commit, in: context) {
            case .committed(let version):
                return plans.map { WriteResult(version: version, item: $0.returned) }
            case .repeated(let version):
                return try await self.results(of: writes, repeating: version, in: context)
            case .refused:
                throw BackendError(.rejected, .conditionFailed, "An earlier attempt of this operation was refused.")
            case .superseded:
                continue
            }
        }
        throw BackendError(.conflict, .conflict, "Other writers were faster each time.")
    }

    /// How long after its beginning a write's id is sure to be remembered; regions keep ids for ten minutes.
    private static var memory: Duration { .seconds(540) }
    /// How far clocks may be apart.
    private static var drift: Int64 { 60_000 }

    /// Finds out what became of an operation by refusing it for good: where it was done, the answer is its version.
    func outcome(of write: UnresolvedWrite, in context: AttemptContext) async throws(BackendError) -> WriteOutcome {
        let age = max(
            write.began.duration(to: context.deadline),
            .milliseconds(context.time.wallMilliseconds - write.beganMilliseconds)
        )
        guard self.capabilities.deduplicatesWrites, age < Self.memory else { return .stillUnknown }
        switch try await self.send(.refusal(digest: write.digest), in: context) {
        case .repeated(let version): return .applied(version)
        case .committed, .superseded: return .stillUnknown
        case .refused: break
        }
        // A region that has lost something since forgot ids with it, and may have had the rows back from a peer.
        for (_, row) in try await self.store.rows(ofAll: write.keys, in: context)
        where row.operation == context.operation { return .applied(row.version) }
        let began = try await self.store.status(in: context).head.incarnation >> 16
        return Int64(began) < write.beganMilliseconds - Self.drift ? .notApplied : .stillUnknown
    }

    private func plan(_ writes: [Write], in context: AttemptContext) async throws(BackendError) -> [Plan] {
        var keys: [Key] = []
        do throws(ValidationError) {
            for write in writes { keys.append(try write.key(in: self.store.schema)) }
        } catch {
            throw BackendError(error)
        }
        var (plans, read) = ([Plan](), [Key: ReplicaRow]())
        if writes.count > 1 {
            let wanted = zip(writes, keys).filter { $0.0.needsRow }.map(\.1)
            read = try await self.store.rows(ofAll: wanted, in: context)
        }
        for (write, key) in zip(writes, keys) {
            do throws(BackendError) {
                var row = read[key]
                if writes.count == 1, write.needsRow { row = try await self.store.load(key, .consistent, in: context) }
                plans.append(try self.plan(write, key, row, in: context))
            } catch {
                guard writes.count > 1 else { throw error }
                var error = error
                error.message = "Write \(plans.count + 1) of \(writes.count): \(error.message)"
                throw error
            }
        }
        return plans
    }

    private func plan(
        _ write: Write,
        _ key: Key,
        _ row: ReplicaRow?,
        in context: AttemptContext
    ) throws(BackendError) -> Plan {
        guard write.needsRow else { return self.plan(write, key, expecting: .any, old: nil, new: write.item) }
        if let row { self.note(row.version.timestamp) }
        let old = self.live(row?.item, in: context)
        guard try Self.matches(write.condition, old) else {
            throw BackendError(.rejected, .conditionFailed, "The condition does not hold.", storedItem: old)
        }
        var new = write.item
        let expected = row.map { ReplicaCommit.Expectation.version($0.version) } ?? .absent
        if case .update(_, let update) = write.action {
            if old == nil, !update.createsItem {
                return Plan(change: .init(key: key, expected: expected, effect: .none), returned: nil)
            }
            do throws(ValidationError) {
                let item = try update.applied(to: old, key: key, schema: self.store.schema)
                try ItemLimits.validate(item, for: self.store.schema)
                new = item
            } catch { throw BackendError(error) }
        }
        return self.plan(write, key, expecting: expected, old: old, new: new)
    }

    private func plan(
        _ write: Write,
        _ key: Key,
        expecting expected: ReplicaCommit.Expectation,
        old: Item?,
        new: Item?
    ) -> Plan {
        let effect: ReplicaCommit.Effect
        if case .check = write.action { effect = .none } else { effect = new.map { .put($0) } ?? .delete }
        let returned: Item? =
            switch write.returning {
            case .none: nil
            case .old: old
            case .new: new
            }
        return Plan(change: .init(key: key, expected: expected, effect: effect), returned: returned)
    }

    private func results(
        of writes: [Write],
        repeating version: Version,
        in context: AttemptContext
    ) async throws(BackendError) -> [WriteResult] {
        var results: [WriteResult] = []
        for write in writes {
            var result = WriteResult(version: version)
            if write.returning == .new, let key = try? write.key(in: self.store.schema) {
                let row = try await self.store.load(key, .consistent, in: context)
                result.item = row?.version == version ? row?.item : nil
            }
            results.append(result)
        }
        return results
    }

    private func send(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome {
        do throws(BackendError) {
            let outcome = try await self.store.commit(commit, in: context)
            if case .committed(let version) = outcome { self.note(version.timestamp) }
            return outcome
        } catch {
            guard error.failure == .unknownOutcome, error.clockCeiling == nil else { throw error }
            var error = error
            error.clockCeiling = self.clockCeiling(in: context)
            throw error
        }
    }

    private func note(_ reading: HybridTimestamp) {
        self.latest.withLock { $0 = max($0, reading) }
    }

    /// Above what the store can stamp until the deadline: its clock follows the wall's, or counts within one
    /// millisecond when it is ahead of it.
    private func clockCeiling(in context: AttemptContext) -> HybridTimestamp {
        let left = min(max(.zero, context.time.now.duration(to: context.deadline)), .seconds(3600))
        let wall = context.time.wallMilliseconds + left.wholeNanoseconds / 1_000_000
        return HybridTimestamp(milliseconds: max(wall, self.latest.withLock { $0.milliseconds }) + 1)
    }
}

extension Write {
    /// Whether what is done, or answered, depends on the row that is there.
    fileprivate var needsRow: Bool { !self.isUnconditional || self.returning == .old }

    /// The item a put stores.
    fileprivate var item: Item? {
        if case .put(let item) = self.action { item } else { nil }
    }
}
