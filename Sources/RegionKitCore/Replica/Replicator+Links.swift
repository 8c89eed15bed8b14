internal import Synchronization

// How changes get from one region to another.
extension Replicator {
    /// Steps done for a link before others get their turn.
    private static let longestDrive = 1000

    /// Replicates over a link until the task is cancelled.
    func replicate(_ link: ReplicationLink, _ wakeup: Wakeup) async {
        while !Task.isCancelled {
            let next = await self.drive(link, needsLease: true)
            await wakeup.sleep(until: next, on: self.time)
        }
    }

    /// Checks all regions and does once what each link has to do, one after the other: replication without ``run()``,
    /// for a test that wants the same order each time, and for a command that does not wait for leases.
    public func replicateOnce() async {
        let now = self.time.now
        let doubtful = self.machine.withLock { machine in
            machine.regions.filter { machine.states[$0] != .serving }
        }
        for region in doubtful { await self.tend(region) }
        for link in self.allLinks {
            self.machine.withLock { _ = $0.update(link) { $0.nudged(at: now) } }
            await self.drive(link)
        }
    }

    /// Replicates until every region has what the others have, or the time is over; without waiting for leases.
    ///
    /// - Returns: Whether all regions have everything. Never, while a region does not answer or a link is cut.
    public func settle(within limit: Duration) async throws -> Bool {
        let end = self.time.now.advanced(by: limit)
        while true {
            await self.replicateOnce()
            let regions = self.regions
            let statuses = await self.statuses(of: regions)
            if statuses.count == regions.count, ReplicatorMachine.isSettled(Array(statuses.values)) { return true }
            guard self.time.now < end else { return false }
            try await self.time.sleep(until: min(end, self.time.now.advanced(by: self.configuration.pollInterval)))
        }
    }

    /// Notes where two empty regions begin, so that all that happens later is carried by the log.
    func connectEmpty(_ link: ReplicationLink) async {
        let statuses = await self.statuses(of: [link.source, link.target])
        guard let source = statuses[link.source], source.isReady, source.isEmpty, let store = self.stores[link.target],
            self.machine.withLock({ $0.canReach(link.source, from: link.target) }),
            let target = statuses[link.target], target.cursors[link.source] == nil
        else { return }
        let application = self.application(of: link.source, [], from: .start, to: source.head)
        _ = try? await store.apply(application, in: self.context())
    }

    /// Makes a region forget where it stands, so that it merges everything from every peer again.
    func disconnect(_ target: any ReplicaStore, except source: Region? = nil) async throws(BackendError) {
        let status = try await target.status(in: self.context())
        for (peer, cursor) in status.cursors.sorted(by: { $0.key < $1.key }) where peer != source {
            let application = self.application(of: peer, [], from: cursor, to: .start)
            _ = try await target.apply(application, in: self.context())
            let now = self.time.now
            self.update(ReplicationLink(source: peer, target: target.region)) { $0.reset(at: now) }
        }
    }

    /// Does all that a link can do now.
    ///
    /// - Returns: When it wants to be asked again; nil: when something changes.
    @discardableResult
    private func drive(_ link: ReplicationLink, needsLease: Bool = false) async -> MonotonicInstant? {
        guard let source = self.stores[link.source], let target = self.stores[link.target] else { return nil }
        for _ in 0..<Self.longestDrive where !Task.isCancelled {
            let now = self.time.now
            let step = self.machine.withLock { $0.next(link, needsLease: needsLease, at: now) }
            if case .rest(let until) = step { return until }
            let hadFailed = self.update(link) { $0.failures > 0 } ?? false
            do throws(BackendError) {
                try await self.perform(step, on: link, source, target)
            } catch {
                let now = self.time.now
                self.update(link) { $0.failed(at: now) }
                if !hadFailed { self.report(.linkFailed(from: link.source, to: link.target, error)) }
                continue
            }
            // Finding out where the target is does not prove the link.
            let works = self.update(link) { $0.failures == 0 } ?? false
            if hadFailed, works { self.report(.linkRecovered(from: link.source, to: link.target)) }
        }
        return self.time.now
    }

    private func perform(
        _ step: LinkMachine.Step,
        on link: ReplicationLink,
        _ source: any ReplicaStore,
        _ target: any ReplicaStore
    ) async throws(BackendError) {
        switch step {
        case .rest: break
        case .locate:
            let status = try await target.status(in: self.context())
            self.update(link) { $0.located(at: status.cursors[link.source] ?? .start, parked: status.parked) }
        case .read(let cursor, let limit):
            let changes = try await source.changes(after: cursor, limit: limit, in: self.context())
            self.wasRead(changes, after: cursor, on: link)
        case .deliver(let rows, let from, let to):
            var application = self.application(of: link.source, rows, from: from, to: to)
            if PlantedBug.cursorFirst.isPlanted {
                let cursor = self.application(of: link.source, [], from: from, to: to)
                let outcome = try await target.apply(cursor, in: self.context())
                guard outcome.moved else {
                    return self.update(link) { $0.delivered(outcome, from: from, to: to) } ?? ()
                }
                application.from = nil
            }
            guard let next = self.update(link, { $0.readAhead }) ?? nil else {
                let outcome = try await target.apply(application, in: self.context())
                return self.update(link) { $0.delivered(outcome, from: from, to: to) } ?? ()
            }
            // A link that has much to carry reads while it delivers; a read that fails is made again.
            async let ahead = try? source.changes(after: next, limit: self.configuration.batch, in: self.context())
            let outcome = try await target.apply(application, in: self.context())
            self.update(link) { $0.delivered(outcome, from: from, to: to) }
            if let changes = await ahead { self.wasRead(changes, after: next, on: link) }
        case .merge(let cursor):
            try await self.merge(link, source, target, from: cursor)
        }
    }

    private func wasRead(_ changes: ChangeBatch, after cursor: ReplicaCursor, on link: ReplicationLink) {
        let now = self.time.now
        switch self.update(link, { $0.wasRead(changes, after: cursor, at: now) }) ?? .none {
        case .none: break
        case .sourceLost: self.note(link.source, .unchecked)
        case .targetLeftOut: self.note(link.target, .unchecked)
        }
    }

    /// Merges everything a region has into another one that takes writes.
    private func merge(
        _ link: ReplicationLink,
        _ source: any ReplicaStore,
        _ target: any ReplicaStore,
        from cursor: ReplicaCursor
    ) async throws(BackendError) {
        let sourceStatus = try await source.status(in: self.context())
        // A source that begins anew with nothing at all was wiped, and must first merge itself.
        let isWiped = cursor != .start && sourceStatus.isEmpty && sourceStatus.cursors.isEmpty
        guard sourceStatus.isReady, !isWiped else {
            self.note(link.source, .unchecked)
            return
        }
        // Writes that the source had accepted and lost may have reached only some, and are in nobody's log.
        if cursor != .start { try await self.disconnect(target, except: link.source) }
        let applied = try await self.copyRows(from: source, to: target)
        let application = self.application(of: link.source, [], from: cursor, to: sourceStatus.head)
        let outcome = try await target.apply(application, in: self.context())
        let now = self.time.now
        self.update(link) {
            $0.merged(upTo: sourceStatus.head, moved: outcome.moved, applied: applied, at: now)
        }
    }

    @discardableResult
    private func update<Result: Sendable>(
        _ link: ReplicationLink,
        _ event: (inout LinkMachine) -> Result
    ) -> Result? {
        self.machine.withLock { $0.update(link, event) }
    }
}
