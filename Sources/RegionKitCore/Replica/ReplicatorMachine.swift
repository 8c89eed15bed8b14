/// All that a ``Replicator`` knows and decides: which regions serve, which links it holds and what each does next, what
/// may be collected.
///
/// A pure value; the replicator performs what it says.
struct ReplicatorMachine: Sendable {
    /// How a region was found.
    enum RegionState: Hashable, Sendable {
        /// Not looked at since it was last unreachable or in doubt.
        case unchecked
        /// It takes writes, and its changes may be read.
        case serving
        /// It must merge, and no peer is there to merge from.
        case waiting
        /// It does not answer.
        case unreachable
    }

    private(set) var states: [Region: RegionState]
    private(set) var forgotten: Set<Region> = []
    private var links: [ReplicationLink: LinkMachine] = [:]
    /// The links that this replicator holds, and until when.
    private var leases: [ReplicationLink: MonotonicInstant] = [:]
    private let checkInterval: Duration

    init(_ regions: [Region], configuration: Replicator.Configuration) {
        self.checkInterval = configuration.checkInterval
        self.states = Dictionary(regions.map { ($0, .unchecked) }) { first, _ in first }
        var generator = SplitMix64(seed: configuration.seed)
        for source in regions {
            for target in regions where source != target {
                self.links[ReplicationLink(source: source, target: target)] = LinkMachine(
                    pollInterval: configuration.pollInterval,
                    batch: configuration.batch,
                    seed: generator.next()
                )
            }
        }
    }

    /// The regions that are not forgotten, in order.
    var regions: [Region] {
        self.states.keys.filter { !self.forgotten.contains($0) }.sorted()
    }

    /// What the link does now; only between regions that serve.
    ///
    /// - Parameter needsLease: Whether it rests while its lease is not held.
    mutating func next(
        _ link: ReplicationLink,
        needsLease: Bool = false,
        at now: MonotonicInstant
    ) -> LinkMachine.Step {
        guard self.isServing(link.source), self.isServing(link.target), !needsLease || self.isHeld(link, at: now)
        else { return .rest(until: nil) }
        return self.links[link]?.next(at: now) ?? .rest(until: nil)
    }

    /// Tells a link what happened.
    mutating func update<Result>(_ link: ReplicationLink, _ event: (inout LinkMachine) -> Result) -> Result? {
        guard let place = self.links.index(forKey: link) else { return nil }
        return event(&self.links.values[place])
    }

    /// A region was assessed or did not answer.
    ///
    /// - Returns: Whether that is news.
    mutating func found(_ region: Region, _ state: RegionState, at now: MonotonicInstant) -> Bool {
        guard let previous = self.states.updateValue(state, forKey: region), previous != state else { return false }
        guard state == .serving else { return true }
        for link in self.links.keys where link.source == region || link.target == region {
            self.links[link]?.reset(at: now)
        }
        return true
    }

    /// The regions at a link's ends said where they stand: all that is known of a link that another replicator holds.
    mutating func observed(
        _ link: ReplicationLink,
        head: ReplicaCursor,
        cursor: ReplicaCursor,
        at now: MonotonicInstant
    ) {
        guard !self.isHeld(link, at: now) else { return }
        self.links[link]?.observed(head: head, cursor: cursor, at: now, fresh: self.checkInterval * 2)
    }

    /// The peers from which changes could come to a region now: no other lease is worth having, and one that is not
    /// renewed passes to a replicator that can make use of it.
    func leasablePeers(of target: Region) -> Set<Region> {
        guard self.isServing(target) else { return [] }
        return Set(self.regions.filter { self.isServing($0) && self.canReach($0, from: target) })
    }

    /// A region answered who holds the links into it.
    ///
    /// - Parameters:
    ///   - asked: The peers it was asked for.
    ///   - granted: Those of them whose links are this replicator's until `end`; nil when it did not answer, which takes
    ///     nothing away.
    /// - Returns: The links that are held from now on and those that no longer are, in order; their machines begin anew.
    mutating func leased(
        into target: Region,
        asked: Set<Region>,
        granted: Set<Region>?,
        until end: MonotonicInstant,
        at now: MonotonicInstant
    ) -> (taken: [ReplicationLink], lost: [ReplicationLink]) {
        var (taken, lost) = ([ReplicationLink](), [ReplicationLink]())
        for link in self.links.keys.sorted() where link.target == target {
            let isGranted = granted?.contains(link.source) ?? false && end > now
            let isRefused = granted != nil && asked.contains(link.source) && !isGranted
            if let until = self.leases[link], until <= now || isRefused {
                self.leases[link] = nil
                lost.append(link)
            }
            if isGranted, self.leases.updateValue(end, forKey: link) == nil { taken.append(link) }
        }
        for link in taken + lost { self.links[link]?.reset(at: now) }
        return (taken, lost)
    }

    /// The links of a region end for as long as this machine lives, and the other regions are looked at again.
    mutating func forget(_ region: Region) {
        self.forgotten.insert(region)
        for (other, state) in self.states where state == .serving { self.states[other] = .unchecked }
    }

    /// Whether changes can come from `peer` to `region`.
    func canReach(_ peer: Region, from region: Region) -> Bool {
        self.links[ReplicationLink(source: peer, target: region)].map { !$0.condition.isCut } ?? false
    }

    /// How far a region is behind the worst of its peers.
    func lag(of region: Region, at now: MonotonicInstant) -> Duration? {
        self.links.filter { $0.key.target == region && !self.forgotten.contains($0.key.source) }
            .compactMap { $0.value.lag(at: now) }.max()
    }

    /// How all links do, in order.
    func linkStatuses(at now: MonotonicInstant) -> [LinkStatus] {
        self.links.keys.sorted().compactMap { link in
            self.links[link].map { machine in
                LinkStatus(
                    source: link.source,
                    target: link.target,
                    condition: machine.condition,
                    lag: machine.lag(at: now),
                    applied: machine.applied,
                    failures: machine.failures,
                    isHeld: self.isHeld(link, at: now)
                )
            }
        }
    }

    /// What each region may forget; nothing as long as any of them is not ready, not connected with all others, or has
    /// parked rows.
    ///
    /// A tombstone may go when all regions have applied every older write of every region: an older put of the same key
    /// that is still on its way would bring the item back. What a region has not logged yet will be newer than its
    /// clock, and what a peer has not applied yet is newer than the entry at its cursor.
    static func collections(_ statuses: [ReplicaStatus], tombstonesBefore: Int64) -> [Region: ReplicaCollection] {
        var bound = HybridTimestamp(milliseconds: tombstonesBefore)
        var through: [Region: Int64] = [:]
        for source in statuses {
            guard source.isReady, source.parked == 0 else { return [:] }
            bound = min(bound, source.clock)
            var least = source.head.sequence
            for target in statuses where target.region != source.region {
                guard let cursor = target.cursors[source.region], cursor.incarnation == source.head.incarnation else {
                    return [:]
                }
                least = min(least, cursor.sequence)
                if cursor.sequence < source.head.sequence { bound = min(bound, cursor.version?.timestamp ?? .zero) }
            }
            through[source.region] = least
        }
        return through.mapValues { ReplicaCollection(logThrough: $0, tombstonesThrough: bound) }
    }

    /// Whether every region has applied all that the others have logged.
    static func isSettled(_ statuses: [ReplicaStatus]) -> Bool {
        statuses.allSatisfy { target in
            target.isReady && target.parked == 0
                && statuses.allSatisfy { $0.region == target.region || target.cursors[$0.region] == $0.head }
        }
    }

    private func isHeld(_ link: ReplicationLink, at now: MonotonicInstant) -> Bool {
        self.leases[link].map { now < $0 } ?? false
    }

    private func isServing(_ region: Region) -> Bool {
        self.states[region] == .serving && !self.forgotten.contains(region)
    }
}
