internal import Synchronization

/// Carries changes between the regions of one table: asynchronously, each region to every other, the last writer wins.
///
/// Run it along with a store (`services:`), or on its own with ``run()``. Call ``prepare()`` before the first traffic:
/// it finds out which regions are new, or have lost data, and lets them merge from their peers before they take writes.
///
/// Several replicators may work on the same regions at once, in one process or many, if all are given the same ones:
/// what they do is idempotent or a compare-and-set. So that they do not do everything several times, each link has a
/// lease, kept by its target: while ``run()`` of one replicator holds it, the others wait and measure the lag alone. One
/// that ends gives its leases up; after one that was killed, another takes over within
/// ``Configuration/leaseDuration`` and a quarter. Nothing else waits for leases, and nothing depends on them: a replicator
/// that was stopped and goes on repeats some work, which changes nothing.
///
/// Stores must honour deadlines; a region that does not answer holds up nobody but itself.
public final class Replicator: StoreService {
    /// How it works.
    public let configuration: Configuration

    let stores: [Region: any ReplicaStore]
    let time: any TimeSource
    let machine: Mutex<ReplicatorMachine>
    /// Who this replicator is where leases are kept.
    let holder = UInt64.random(in: 0 ... .max)
    private let names: [Region]
    private let onEvent: @Sendable (ReplicatorEvent) -> Void
    /// All links, in order.
    let allLinks: [ReplicationLink]
    let linkWakeups: [ReplicationLink: Wakeup]
    private let regionWakeups: [Region: Wakeup]
    private let leaseWakeups: [Region: Wakeup]

    /// Creates a replicator; nothing happens before one of its methods is called.
    ///
    /// - Parameters:
    ///   - stores: The regions' stores, of one table. Checked by ``prepare()`` and ``run()``.
    ///   - onEvent: Told of every change for the worse or the better, from whichever task notices; must return soon.
    public init(
        _ stores: [any ReplicaStore],
        configuration: Configuration = Configuration(),
        time: any TimeSource = SystemTime(),
        onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.time = time
        self.onEvent = onEvent
        self.names = stores.map(\.region)
        self.stores = Dictionary(stores.map { ($0.region, $0) }) { first, _ in first }
        let regions = self.stores.keys.sorted()
        self.machine = Mutex(ReplicatorMachine(regions, configuration: configuration))
        self.regionWakeups = Dictionary(uniqueKeysWithValues: regions.map { ($0, Wakeup()) })
        self.leaseWakeups = Dictionary(uniqueKeysWithValues: regions.map { ($0, Wakeup()) })
        self.allLinks = regions.flatMap { source in
            regions.filter { $0 != source }.map { ReplicationLink(source: source, target: $0) }
        }
        self.linkWakeups = Dictionary(uniqueKeysWithValues: self.allLinks.map { ($0, Wakeup()) })
    }

    /// Replicates the links whose lease it gets until the task is cancelled; then gives them up and returns, leaving
    /// nothing behind.
    ///
    /// - Throws: ``ConfigurationError`` at once when regions or configuration cannot work. Nothing else ends it: what
    ///   fails is tried again, and reported to `onEvent`.
    public func run() async throws {
        try self.validate()
        await withTaskGroup(of: Void.self) { group in
            for (region, wakeup) in self.regionWakeups.inOrder {
                group.addTask { await self.watch(region, wakeup) }
            }
            for (region, wakeup) in self.leaseWakeups.inOrder {
                group.addTask { await self.keepLeases(into: region, wakeup) }
            }
            for (link, wakeup) in self.linkWakeups.inOrder {
                group.addTask { await self.replicate(link, wakeup) }
            }
            group.addTask { await self.collectRepeatedly() }
        }
    }

    /// Makes every region that can be reached ready for traffic, as far as that is possible now.
    ///
    /// A region whose log is behind what its peers have seen of it was restored or wiped, and one that is empty among
    /// peers with data is new: both merge from all ready peers in reach before they take writes. Empty regions among
    /// empty peers are ready at once. Where every region answers and none is ready, they merge from each other. A region
    /// that finds no ready peer otherwise stays as it is; ``run()`` goes on trying, and ``adopt(_:)`` decides by hand.
    ///
    /// - Throws: ``ConfigurationError`` when regions or configuration cannot work.
    public func prepare() async throws {
        try self.validate()
        let now = self.time.now
        for link in self.allLinks { self.machine.withLock { _ = $0.update(link) { $0.reset(at: now) } } }
        // All are asked at once, twice at most: a region that hangs costs two timeouts, a busy machine has a second try.
        var answers = await self.statuses(of: self.regions)
        let missing = self.regions.filter { answers[$0] == nil }
        if !missing.isEmpty { answers.merge(await self.statuses(of: missing)) { first, _ in first } }
        let reached = self.regions.filter { answers[$0] != nil }
        for region in self.regions where answers[region] == nil { self.note(region, .unreachable) }
        // A region that became ready may be what another one waits for.
        for _ in reached {
            var hasChanged = false
            for region in reached { hasChanged = await self.tend(region, asking: reached) || hasChanged }
            guard hasChanged else { break }
        }
        for link in self.allLinks where answers[link.source] != nil && answers[link.target] != nil {
            await self.connectEmpty(link)
        }
    }

    /// Lets a region take writes as it is, although it could not merge from any peer.
    ///
    /// What the peers have and it lacks arrives later by replication.
    public func adopt(_ region: Region) async throws(BackendError) {
        guard let store = self.stores[region] else {
            throw BackendError(.rejected, .validation, "There is no region \(region).")
        }
        let context = self.context()
        try await store.markReady(try await store.status(in: context).head.incarnation, in: context)
        await self.tend(region)
    }

    /// Leaves a region out for good: nothing goes to it or comes from it, and it no longer stops collection.
    ///
    /// The others merge from each other once, because its last writes may have reached only some of them. The same
    /// happens to a region that is no longer among the stores of any replicator.
    public func forget(_ region: Region) {
        self.machine.withLock { $0.forget(region) }
        for (_, wakeup) in self.regionWakeups.inOrder { wakeup.signal() }
    }

    /// Sets how the way from one region to another behaves.
    public func setLink(from source: Region, to target: Region, _ condition: LinkCondition) {
        let link = ReplicationLink(source: source, target: target)
        let now = self.time.now
        self.machine.withLock { _ = $0.update(link) { $0.set(condition, at: now) } }
        self.linkWakeups[link]?.signal()
        self.regionWakeups[target]?.signal()
        self.leaseWakeups[target]?.signal()
    }

    /// Sets how the ways between all regions behave.
    public func setLinks(_ condition: LinkCondition) {
        for link in self.allLinks { self.setLink(from: link.source, to: link.target, condition) }
    }

    /// Tells that a region has taken writes, so that they are carried on without waiting for the next poll, over the
    /// links that this replicator holds.
    public func nudge(_ region: Region) {
        let now = self.time.now
        for link in self.allLinks where link.source == region {
            self.machine.withLock { _ = $0.update(link) { $0.nudged(at: now) } }
            self.linkWakeups[link]?.signal()
        }
    }

    /// How all links do.
    public func links() -> [LinkStatus] {
        let now = self.time.now
        return self.machine.withLock { $0.linkStatuses(at: now) }
    }

    /// How far a region is behind the worst of its peers; nil before it has caught up once.
    public func replicationLag(of region: Region) -> Duration? {
        let now = self.time.now
        return self.machine.withLock { $0.lag(of: region, at: now) }
    }
}

// What the parts of the replicator share.
extension Replicator {
    /// Regions that are not forgotten, in order.
    var regions: [Region] {
        self.machine.withLock { $0.regions }
    }

    /// A context for one call to a store.
    ///
    /// - Parameter limit: How long it may take, if that is less than ``Configuration/callTimeout``.
    func context(within limit: Duration? = nil) -> AttemptContext {
        let timeout = self.configuration.callTimeout
        return AttemptContext(
            deadline: self.time.now.advanced(by: min(timeout, limit ?? timeout)),
            operation: OperationID(high: 0, low: 0),
            time: self.time
        )
    }

    func report(_ event: ReplicatorEvent) {
        self.onEvent(event)
    }

    /// Notes how a region was found, and wakes those whom it concerns.
    func note(_ region: Region, _ state: ReplicatorMachine.RegionState, _ event: ReplicatorEvent? = nil) {
        let now = self.time.now
        guard self.machine.withLock({ $0.found(region, state, at: now) }) else { return }
        if let event { self.report(event) }
        switch state {
        case .unchecked: self.regionWakeups[region]?.signal()
        case .serving:
            // Its peers may have waited for it.
            for (other, wakeup) in self.regionWakeups.inOrder where other != region { wakeup.signal() }
            for (_, wakeup) in self.leaseWakeups.inOrder { wakeup.signal() }
            for (link, wakeup) in self.linkWakeups.inOrder where link.source == region || link.target == region {
                wakeup.signal()
            }
        case .waiting, .unreachable: break
        }
    }

    /// What the regions say of themselves, asked all at once; those that do not answer are missing.
    func statuses(of regions: [Region]) async -> [Region: ReplicaStatus] {
        let context = self.context()
        return await withTaskGroup(of: ReplicaStatus?.self, returning: [Region: ReplicaStatus].self) { group in
            for region in regions {
                guard let store = self.stores[region] else { continue }
                group.addTask { try? await store.status(in: context) }
            }
            return await group.reduce(into: [:]) { found, status in
                if let status { found[status.region] = status }
            }
        }
    }

    private func validate() throws(ConfigurationError) {
        try self.configuration.validate()
        var owners: [Origin: Region] = [:]
        for (index, region) in self.names.enumerated() {
            if let other = owners.updateValue(region, forKey: Origin(region)) {
                throw ConfigurationError(
                    field: "stores[\(index)].region",
                    other == region
                        ? "found \(region) twice; regions must differ"
                        : "\(region) and \(other) have the same origin number; one needs another name"
                )
            }
            guard self.stores[region]?.schema == self.names.first.flatMap({ self.stores[$0]?.schema }) else {
                throw ConfigurationError(field: "stores[\(index)].schema", "it differs from that of the first store")
            }
        }
    }
}

extension Dictionary where Key: Comparable {
    /// The entries in the order of their keys: tasks that are started or woken together then go the same way each time.
    fileprivate var inOrder: [(key: Key, value: Value)] { self.sorted { $0.key < $1.key } }
}
