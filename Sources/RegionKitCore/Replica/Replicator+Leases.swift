internal import Synchronization

// Which replicator carries the changes over a link.
extension Replicator {
    /// How often a lease is renewed, or asked for again, in its duration.
    private static let renewals = 4
    /// How long giving up leases may take at the end.
    private static let farewell = Duration.milliseconds(500)

    /// Asks for the leases of the links into a region and renews them until the task is cancelled, then gives them up.
    func keepLeases(into target: Region, _ wakeup: Wakeup) async {
        guard let store = self.stores[target] else { return }
        let duration = self.configuration.leaseDuration
        while !Task.isCancelled {
            // Counted from before the request, so that it is over here before it is over where it is kept.
            let now = self.time.now
            let peers = self.machine.withLock { $0.leasablePeers(of: target) }
            var granted: Set<Region>? = []
            if !peers.isEmpty {
                let context = self.context(within: duration)
                granted = try? await store.lease(peers, to: self.holder, for: duration, in: context)
            }
            self.note(target, asked: peers, granted: granted, until: now.advanced(by: duration))
            await wakeup.sleep(until: now.advanced(by: duration / Self.renewals), on: self.time)
        }
        // All, because nobody knows what a call that was cancelled has taken.
        let peers = Set(self.allLinks.filter { $0.target == target }.map(\.source))
        _ = try? await store.lease(peers, to: self.holder, for: .zero, in: self.context(within: Self.farewell))
        self.note(target, asked: peers, granted: [], until: self.time.now)
    }

    /// Whether somebody carries changes between regions that serve; nil when there are no two of them.
    ///
    /// For a replicator that does not run: a lease it could have is nobody's, and it gives back at once what it gets.
    package func isCarriedElsewhere() async -> Bool? {
        let serving = Set(await self.statuses(of: self.regions).values.filter(\.isReady).map(\.region))
        guard serving.count > 1 else { return nil }
        return await withTaskGroup(of: Bool.self) { group in
            for target in serving {
                guard let store = self.stores[target] else { continue }
                let peers = serving.subtracting([target])
                group.addTask {
                    let duration = self.configuration.leaseDuration
                    let granted = try? await store.lease(peers, to: self.holder, for: duration, in: self.context())
                    _ = try? await store.lease(peers, to: self.holder, for: .zero, in: self.context())
                    return granted.map { $0 != peers } ?? false
                }
            }
            return await group.reduce(false) { $0 || $1 }
        }
    }

    /// Notes which links are held, and wakes those that are from now on.
    private func note(_ target: Region, asked: Set<Region>, granted: Set<Region>?, until end: MonotonicInstant) {
        let now = self.time.now
        let (taken, lost) = self.machine.withLock {
            $0.leased(into: target, asked: asked, granted: granted, until: end, at: now)
        }
        for link in lost { self.report(.leaseLost(from: link.source, to: link.target)) }
        for link in taken {
            self.report(.leaseTaken(from: link.source, to: link.target))
            self.linkWakeups[link]?.signal()
        }
    }
}
