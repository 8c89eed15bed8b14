/// Whether a region may take writes, decided from what it and its peers say: a pure value.
struct RegionAssessment: Hashable, Sendable {
    /// How one region's log stands to another's cursor for it.
    enum Standing: Hashable, Sendable {
        /// The reader has none, or has one of another life of the region.
        case unknown
        /// The log goes on from the cursor.
        case continuous
        /// The log no longer reaches back to the cursor.
        case gap
        /// The log ends before the cursor, or differs from it.
        case diverged
    }

    /// A peer that answers.
    struct Peer: Hashable, Sendable {
        var status: ReplicaStatus
        /// Whether changes can come from it.
        var canMerge = true
        /// How the region's log stands to the peer's cursor.
        var ownLog: Standing
        /// How the peer's log stands to the region's cursor.
        var peerLog: Standing
    }

    /// What is to be done.
    enum Step: Hashable, Sendable {
        /// Nothing: the region takes writes and its changes may be read.
        case serve
        /// Begin a new incarnation, which takes no writes.
        case beginIncarnation(ReplicatorEvent.Loss)
        /// Take over everything from these peers, then look again.
        case merge([Region])
        /// Take over everything from these peers, which take no writes either, then let the region take writes.
        case gather([Region])
        /// Let the region take writes.
        case markReady
        /// Nothing can be done without peers.
        case wait
    }

    var status: ReplicaStatus
    /// Whether there are peers at all.
    var hasPeers: Bool
    /// Those that answer.
    var peers: [Peer]
    /// Whether those are all.
    var isComplete = false

    /// Decides.
    func step() -> Step {
        if self.peers.contains(where: { $0.ownLog == .diverged }) { return .beginIncarnation(.history) }
        if self.peers.contains(where: self.hasLeftOut) { return .beginIncarnation(.leftOut) }
        let isNewAmongOthers = self.isNew && self.peers.contains { self.isKnown(to: $0) || !$0.status.isEmpty }
        if self.status.isReady { return isNewAmongOthers ? .beginIncarnation(.everything) : .serve }
        guard self.hasPeers else { return .markReady }
        guard !self.peers.isEmpty else { return .wait }
        // Nothing is anywhere, or the region was merely restarted and its log still goes on from every cursor.
        if self.isNew, !isNewAmongOthers { return .markReady }
        if self.peers.contains(where: { $0.ownLog == .continuous }) { return .markReady }
        let ready = self.peers.filter { $0.canMerge && $0.status.isReady }.map(\.status.region)
        guard ready.isEmpty else { return .merge(ready) }
        return self.canGather ? .gather(self.peers.map(\.status.region)) : .wait
    }

    /// Whether no region takes writes, this one may begin, and all that is left anywhere can be taken over: regions that
    /// lost something, or were restarted, while others did would wait for each other without end.
    ///
    /// The one that collected most begins: it can tell what was deleted from what it lost.
    private var canGather: Bool {
        self.isComplete
            && self.peers.allSatisfy { peer in
                guard peer.canMerge, !peer.status.isReady else { return false }
                guard let floor = peer.status.collectionFloor else { return true }
                return self.status.collectionFloor.map { $0 >= floor } ?? false
            }
    }

    /// Whether a peer collected what the region never applied: its log says so, or, where that begins anew, its floor.
    private func hasLeftOut(_ peer: Peer) -> Bool {
        if peer.peerLog == .gap { return true }
        guard peer.peerLog == .unknown, !self.status.cursors.isEmpty, let floor = peer.status.collectionFloor else {
            return false
        }
        return self.status.collectionFloor.map { $0 < floor } ?? true
    }

    private var isNew: Bool {
        self.status.isEmpty && self.status.head.sequence == 0 && self.status.cursors.isEmpty
    }

    private func isKnown(to peer: Peer) -> Bool {
        peer.status.cursors[self.status.region].map { $0.sequence > 0 } ?? false
    }
}
