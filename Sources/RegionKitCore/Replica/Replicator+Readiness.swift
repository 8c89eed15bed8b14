internal import Synchronization

// Which regions may take writes.
extension Replicator {
    /// Looks after a region until the task is cancelled.
    func watch(_ region: Region, _ wakeup: Wakeup) async {
        while !Task.isCancelled {
            await self.tend(region)
            // However often it is woken, a region is not looked at more often than links are.
            guard (try? await self.time.sleep(for: self.configuration.pollInterval)) != nil else { return }
            await wakeup.sleep(until: self.time.now.advanced(by: self.configuration.checkInterval), on: self.time)
        }
    }

    /// Brings a region as far as it can come now: ready and serving, waiting, or unreachable.
    ///
    /// - Parameter peers: Whom to ask; nil for all.
    /// - Returns: Whether the region was changed.
    @discardableResult
    func tend(_ region: Region, asking peers: [Region]? = nil) async -> Bool {
        guard let store = self.stores[region], self.regions.contains(region) else { return false }
        var hasChanged = false
        do throws(BackendError) {
            // New incarnation, merge, ready, serve: no region needs more steps unless another replicator interferes.
            for _ in 0..<8 {
                let (status, assessment) = try await self.assess(region, store, asking: peers ?? self.regions)
                let context = self.context()
                switch assessment.step() {
                case .serve:
                    // Writes of a region that has left for good may have reached only some of the others.
                    let regions = self.regions
                    guard status.cursors.keys.allSatisfy(regions.contains) else {
                        try await self.disconnect(store)
                        break
                    }
                    self.note(region, .serving, .serving(region))
                    return hasChanged
                case .wait:
                    self.note(region, .waiting, .waiting(region))
                    return hasChanged
                case .beginIncarnation(let loss):
                    self.note(region, .unchecked)
                    try await store.beginIncarnation(replacing: status.head.incarnation, in: context)
                    self.report(.lost(region, loss))
                case .merge(let peers):
                    self.note(region, .unchecked)
                    try await self.merge(store, from: peers)
                    try await store.markReady(status.head.incarnation, in: self.context())
                    self.report(.merged(region, from: peers))
                case .gather(let peers):
                    self.note(region, .unchecked)
                    // No cursor moves: when a peer takes writes, what it has since is merged once more.
                    for source in peers.compactMap({ self.stores[$0] }) {
                        _ = try await self.copyRows(from: source, to: store, above: status.collectionFloor)
                    }
                    try await store.markReady(status.head.incarnation, in: self.context())
                    self.report(.merged(region, from: peers))
                case .markReady:
                    try await store.markReady(status.head.incarnation, in: context)
                }
                hasChanged = true
            }
        } catch {
            self.note(region, .unreachable, .unreachable(region, error))
        }
        return hasChanged
    }

    private func assess(
        _ region: Region,
        _ store: any ReplicaStore,
        asking peers: [Region]
    ) async throws(BackendError) -> (ReplicaStatus, RegionAssessment) {
        let asked = self.time.now
        let status = try await store.status(in: self.context())
        let others = self.regions.filter { $0 != region }
        let (sources, targets) = self.machine.withLock { machine in
            (
                others.filter { machine.canReach($0, from: region) },
                others.filter { machine.canReach(region, from: $0) }
            )
        }
        let statuses = await self.statuses(
            of: others.filter { peers.contains($0) && (sources.contains($0) || targets.contains($0)) }
        )
        self.machine.withLock { machine in
            for peer in sources {
                guard let head = statuses[peer]?.head else { continue }
                let link = ReplicationLink(source: peer, target: region)
                machine.observed(link, head: head, cursor: status.cursors[peer] ?? .start, at: asked)
            }
        }
        var assessment = RegionAssessment(status: status, hasPeers: !others.isEmpty, peers: [])
        for peer in others {
            guard let peerStatus = statuses[peer], let peerStore = self.stores[peer] else { continue }
            let ownLog = try await self.standing(of: store, status, toCursor: peerStatus.cursors[region])
            // A peer that stops answering here is one that does not answer.
            guard let peerLog = try? await self.standing(of: peerStore, peerStatus, toCursor: status.cursors[peer])
            else { continue }
            assessment.peers.append(
                RegionAssessment.Peer(
                    status: peerStatus,
                    canMerge: sources.contains(peer),
                    ownLog: ownLog,
                    peerLog: peerLog
                )
            )
        }
        assessment.isComplete = assessment.peers.count == others.count
        return (status, assessment)
    }

    private func standing(
        of store: any ReplicaStore,
        _ status: ReplicaStatus,
        toCursor cursor: ReplicaCursor?
    ) async throws(BackendError) -> RegionAssessment.Standing {
        guard let cursor, cursor.incarnation >= status.head.incarnation else { return .unknown }
        switch try await store.changes(after: cursor, limit: 1, in: self.context()) {
        case .entries: return .continuous
        case .gap: return .gap
        case .diverged: return .diverged
        }
    }

    /// Merges everything the peers have into a region that takes no writes, and removes what they have collected.
    private func merge(_ store: any ReplicaStore, from peers: [Region]) async throws(BackendError) {
        let sources = peers.compactMap { self.stores[$0] }
        var heads: [ReplicaCursor] = []
        var floor: Version?
        for source in sources {
            let status = try await source.status(in: self.context())
            heads.append(status.head)
            if let other = status.collectionFloor { floor = max(floor ?? other, other) }
        }
        // First remove, then merge: what a peer still has comes back.
        if let floor { try await self.purge(store, upTo: floor, keeping: sources) }
        for (source, head) in zip(sources, heads) {
            _ = try await self.copyRows(from: source, to: store)
            let from = try await store.status(in: self.context()).cursors[source.region] ?? .start
            let move = self.application(of: source.region, [], from: from, to: head)
            _ = try await store.apply(move, in: self.context())
        }
    }

    /// Removes rows that no source has, up to the version to which they have collected tombstones: a row as old that
    /// they lack was deleted.
    private func purge(
        _ store: any ReplicaStore,
        upTo floor: Version,
        keeping sources: [any ReplicaStore]
    ) async throws(BackendError) {
        try await self.forAllVersions(in: store) { page throws(BackendError) in
            var keys = page.filter { $0.version <= floor }.map(\.key)
            for source in sources where !keys.isEmpty {
                let held = Set(try await source.versions(of: keys, in: self.context()).map(\.key))
                keys.removeAll(where: held.contains)
            }
            var application = self.application(of: store.region, [], from: nil, to: .start)
            application.purge = keys
            application.purgeBound = floor
            _ = try await store.apply(application, in: self.context())
        }
    }

    /// Applies to a region the rows of another one that are newer than its own; only those leave the other region.
    ///
    /// - Parameter floor: Up to which version the region has collected: of such rows, those that it lacks were deleted.
    /// - Returns: How many were newer.
    func copyRows(
        from source: any ReplicaStore,
        to store: any ReplicaStore,
        above floor: Version? = nil
    ) async throws(BackendError) -> Int {
        var applied = 0
        try await self.forAllVersions(in: source) { page throws(BackendError) in
            var own: [Key: Version] = [:]
            for row in try await store.versions(of: page.map(\.key), in: self.context()) { own[row.key] = row.version }
            var keys = page.filter { row in
                guard let version = own[row.key] ?? floor else { return true }
                return version < row.version
            }.map(\.key)[...]
            while !keys.isEmpty {
                let asked = keys.prefix(self.configuration.batch)
                let rows = try await source.rows(of: Array(asked), in: self.context())
                let application = self.application(of: source.region, rows, from: nil, to: .start)
                applied += try await store.apply(application, in: self.context()).applied
                // The answer may end early; what is missing at its end may never have been there.
                let end = rows.last.flatMap { asked.firstIndex(of: $0.key) } ?? asked.endIndex - 1
                keys = keys[(end + 1)...]
            }
        }
        return applied
    }

    /// Goes through a region's rows, page by page; one page where there are none.
    private func forAllVersions(
        in store: any ReplicaStore,
        _ body: ([RowVersion]) async throws(BackendError) -> Void
    ) async throws(BackendError) {
        var last: Key?
        repeat {
            let page = try await store.versions(after: last, limit: Self.versionsAtOnce, in: self.context())
            try await body(page)
            last = page.count == Self.versionsAtOnce ? page.last?.key : nil
        } while last != nil
    }

    private static let versionsAtOnce = 1024

    func application(
        of peer: Region,
        _ rows: [ReplicaRow],
        from: ReplicaCursor?,
        to: ReplicaCursor
    ) -> ReplicaApplication {
        ReplicaApplication(
            peer: peer,
            rows: rows,
            from: from,
            to: to,
            maximumDrift: self.configuration.maximumDrift
        )
    }
}
