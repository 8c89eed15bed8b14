/// What one store knows and decides about its regions: health, fences, failback, preference and the active region of
/// each kind.
///
/// A pure value; the engine keeps it in its lock.
struct RegionBoard: Sendable {
    /// Ties the end of an attempt to its beginning.
    struct Ticket: Sendable {
        var position: Int
        var kind: OperationKind
        var tickets: PerKind<HealthMachine.Ticket>
    }

    struct Record: Sendable {
        var lastProved: MonotonicInstant?
        var lastProbe: MonotonicInstant?
        var lastCheck: MonotonicInstant?
        var probeJitter = 1.0
    }

    var snapshot: RegionSnapshot
    var fenced = RegionSet()
    /// Kinds for which probes do the trials, by position.
    var probed = PerKind<RegionSet>(both: [])
    /// What happened and has not been told yet, oldest first.
    var news: [RegionEvent.Kind] = []

    // Apart from the records, so that one machine is reached in place and not by a copy of all.
    var health: PerKind<[HealthMachine]>
    var ramps: PerKind<[FailbackRamp?]>
    var records: [Record]
    let all: RegionSet
    var closed: PerKind<RegionSet>
    var ramping = PerKind<RegionSet>(both: [])
    var active = PerKind<Int?>(both: nil)
    var unsettled = PerKind<Bool>(both: true)
    /// Whether the active region went down since it was chosen.
    var fallen = PerKind<Bool>(both: false)
    /// Where writes go that the policy keeps to other regions than it permits in general, by these regions.
    var fencedActive: [RegionSet: Int] = [:]
    private static let maximumFences = 64
    var homes = AffinityHomes()
    var preference: (position: Int, until: MonotonicInstant?)?
    private var random: SplitMix64
    let configuration: HealthConfiguration
    private let bulkhead: Int

    init(regions: [Region], configuration: StoreConfiguration, seed: UInt64) {
        self.snapshot = RegionSnapshot(regions: regions.map { RegionState(region: $0) })
        self.configuration = configuration.health
        self.bulkhead = configuration.maximumInFlightPerRegion
        self.health = PerKind(both: regions.map { _ in HealthMachine(configuration.health) })
        self.ramps = PerKind(both: regions.map { _ in nil })
        self.records = regions.map { _ in Record() }
        self.all = RegionSet(first: regions.count)
        self.closed = PerKind(both: self.all)
        self.random = SplitMix64(seed: seed)
    }

    /// The regions an operation may use now.
    ///
    /// - Parameters:
    ///   - place: Where the operation stands, from 0 to 1, when reads return in shares; nil draws it.
    ///   - allowed: The regions the caller and the policy permit.
    ///   - fence: The regions the policy permits, where they are not those it permits in general.
    ///   - affinity: Whose home is wanted, if any.
    mutating func view(
        _ kind: OperationKind,
        place: Double?,
        allowed: RegionSet,
        fence: RegionSet? = nil,
        affinity: UInt64? = nil,
        at now: MonotonicInstant
    ) -> RoutingView {
        self.expirePreference(at: now)
        let random = self.random.next()
        let usable = self.all.subtracting(self.fenced).intersection(allowed)
        var fit = usable.intersection(self.closed[kind])
        var held = RegionSet()
        if !self.ramping[kind].isEmpty {
            held = self.held(kind, among: fit, place: place ?? Self.fraction(self.random.next()), at: now)
            fit = fit.subtracting(held)
        }
        var trials = RegionSet()
        if fit.union(held) != usable {
            for position in usable.subtracting(self.closed[kind]).subtracting(self.probed[kind])
            where self.health[kind][position].offersTrial(at: now) {
                trials.insert(position)
            }
            fit = fit.union(trials)
        }
        let preferred = self.preference.flatMap { usable.contains($0.position) ? $0.position : nil }
        if let preferred, held.contains(preferred) { fit.insert(preferred) }
        // Where all wait for their traffic, there is no reason to move writes from one to another.
        if kind == .write, fit.subtracting(trials).isEmpty,
            let current = fence.map({ self.fencedActive[$0] }) ?? self.active.write, held.contains(current)
        {
            fit.insert(current)
        }
        let settled = fence.map { self.activeRegion(within: $0) } ?? (self.unsettled[kind] ? nil : self.active[kind])
        let active = settled.flatMap { usable.contains($0) ? $0 : nil }
        return RoutingView(
            snapshot: self.snapshot,
            fit: fit,
            trials: trials,
            held: held.subtracting(fit),
            rest: usable.subtracting(fit).subtracting(held),
            preferred: preferred,
            active: active,
            isUnsettled: self.unsettled[kind],
            home: affinity.flatMap { self.homes[$0] },
            random: random
        )
    }

    /// Of regions that all failed, the one to try all the same: the active region for a conditional write, else the one
    /// whose last fault is the longest ago.
    func panicRegion(
        _ shape: AttemptMachine.Shape,
        _ kind: OperationKind,
        among candidates: RegionSet,
        fence: RegionSet? = nil
    ) -> Int? {
        let active = fence.map { self.fencedActive[$0] } ?? self.active.write
        if shape == .conditionalWrite, let active, candidates.contains(active) { return active }
        return candidates.min { left, right in
            let faults = (self.health[kind][left].lastFault, self.health[kind][right].lastFault)
            return faults.0?.nanoseconds ?? .min < faults.1?.nanoseconds ?? .min
        }
    }

    /// The region where operations of `kind` go by default; nil before the first was routed.
    func activeRegion(for kind: OperationKind) -> Int? { self.active[kind] }

    private func activeRegion(within fence: RegionSet) -> Int? {
        self.fencedActive[fence].flatMap { self.closed.write.contains($0) && !self.fenced.contains($0) ? $0 : nil }
    }

    /// Makes `position` the active region unless another caller was faster; returns the active region.
    ///
    /// A region that is fenced or unhealthy, perhaps since it was chosen, is returned and does not become active.
    mutating func settle(_ kind: OperationKind, at position: Int, fence: RegionSet? = nil) -> Int {
        guard self.closed[kind].contains(position), !self.fenced.contains(position) else { return position }
        if let fence {
            if let active = self.activeRegion(within: fence) { return active }
            // A policy that draws ever new fences costs no memory; it only has its choices made again.
            if self.fencedActive.count >= Self.maximumFences { self.fencedActive = [:] }
            self.fencedActive[fence] = position
            return position
        }
        guard self.unsettled[kind] || self.active[kind] == nil else { return self.active[kind] ?? position }
        self.unsettled[kind] = false
        let hasFallen = self.fallen[kind]
        self.fallen[kind] = false
        let before = self.active[kind]
        guard before != position else { return position }
        self.active[kind] = position
        if let before {
            let reason: RegionEvent.RouteChangeReason =
                self.fenced.contains(before) || self.preference != nil
                ? .manual : hasFallen ? .unhealthy : .failback
            self.news.append(
                .routeChanged(kind, from: self.region(before), to: self.region(position), reason: reason)
            )
        }
        return position
    }

    mutating func held(
        _ kind: OperationKind,
        among candidates: RegionSet,
        place: Double,
        at now: MonotonicInstant
    ) -> RegionSet {
        var held = RegionSet()
        for position in self.ramping[kind].intersection(candidates) {
            let lag = self.snapshot.regions[position].replicationLag
            let random = self.random.next()
            guard
                let (share, writes, done) = self.ramps[kind][position]?.advance(
                    to: now,
                    lag: lag,
                    random: random
                )
            else { continue }
            if done || (kind == .write && writes) {
                self.ramps[kind][position] = nil
                self.ramping[kind].remove(position)
                self.unsettled[kind] = true
                if kind == .write { self.fencedActive = [:] }
            } else if kind == .write || place >= share {
                held.insert(position)
            }
        }
        return held
    }

    /// Lets the return of traffic go on where there is no traffic to drive it.
    mutating func advanceFailback(at now: MonotonicInstant) {
        for kind in OperationKind.allCases where !self.ramping[kind].isEmpty {
            _ = self.held(kind, among: self.closed[kind], place: 1, at: now)
        }
    }

    /// Random bits for a caller's own draw.
    mutating func draw() -> UInt64 { self.random.next() }

    /// Begins an attempt where the policy need not be asked: all regions are in use, nothing was set by hand, and the
    /// operation is a write with an active region or the policy is primary-first.
    ///
    /// Nil otherwise.
    mutating func beginByDefault(
        _ kind: OperationKind,
        isPrimaryFirst: Bool,
        allowed: RegionSet,
        at now: MonotonicInstant
    ) -> Ticket? {
        let usable = self.all.subtracting(self.fenced).intersection(allowed)
        guard self.preference == nil, !self.unsettled[kind], self.ramping[kind].isEmpty,
            usable.subtracting(self.closed[kind]).isEmpty,
            let position = kind == .write ? self.active.write : isPrimaryFirst ? usable.first : nil,
            usable.contains(position)
        else { return nil }
        return self.attemptBegan(kind, at: position, now)
    }

    /// Whether an attempt may begin where it was chosen a moment ago; `isUnhealthy` says that it was chosen as such.
    func admits(_ kind: OperationKind, at position: Int, isUnhealthy: Bool, _ now: MonotonicInstant) -> Bool {
        !self.fenced.contains(position)
            && (isUnhealthy || self.closed[kind].contains(position)
                || self.health[kind][position].offersTrial(at: now))
    }

    /// An attempt begins; nil when the region's bulkhead is full.
    mutating func attemptBegan(_ kind: OperationKind, at position: Int, _ now: MonotonicInstant) -> Ticket? {
        guard self.snapshot.regions[position].inFlight < self.bulkhead else { return nil }
        self.snapshot.regions[position].inFlight += 1
        let other: OperationKind = kind == .read ? .write : .read
        var tickets = PerKind(
            both: HealthMachine.Ticket(
                generation: self.health[other][position].generation,
                isTrial: false
            )
        )
        tickets[kind] = self.health[kind][position].attemptBegan(at: now)
        return Ticket(position: position, kind: kind, tickets: tickets)
    }

    /// An attempt ended; `failure` is nil on success, and `isNeutral` when its end says nothing about the region.
    mutating func attemptEnded(
        _ ticket: Ticket,
        _ failure: FailureClass?,
        isNeutral: Bool = false,
        latencyNanoseconds: Int64,
        at now: MonotonicInstant
    ) {
        let signal = isNeutral ? .neutral : Self.signal(failure, for: ticket.kind)
        if signal == .success { self.records[ticket.position].lastProved = now }
        self.record(ticket, ticket.kind, signal, latencyNanoseconds, at: now)
        if signal == .fault, failure == .notSent || failure == .unknownOutcome {
            self.record(ticket, ticket.kind == .read ? .write : .read, .fault, nil, at: now)
        }
    }

    /// A region served a read; its affinity remembers.
    mutating func served(_ affinity: UInt64, _ ticket: Ticket) {
        self.homes.served(affinity, at: ticket.position, isTrial: ticket.tickets.read.isTrial)
    }

    /// The attempt's place in the bulkhead is free again; later than its end when a backend hangs on.
    mutating func slotFreed(at position: Int) {
        self.snapshot.regions[position].inFlight -= 1
    }

    /// Quick refusals of one operation in a row, of which this is the last: writes leave the region, if it is still what
    /// it was when the attempt began.
    mutating func writesRefused(_ ticket: Ticket, _ now: MonotonicInstant) {
        let (position, generation) = (ticket.position, ticket.tickets.write.generation)
        guard generation == self.health.write[position].generation else { return }
        self.health.write[position].trip(at: now, jitter: self.jitter())
        self.refresh(position, .write, generation, at: now)
    }

    static func signal(_ failure: FailureClass?, for kind: OperationKind) -> HealthMachine.Signal {
        guard let failure else { return .success }
        if failure == .rejected, PlantedBug.rejectionIsFault.isPlanted { return .fault }
        return failure.provesHealth ? .success : failure.isFault(for: kind) ? .fault : .neutral
    }

    mutating func record(
        _ ticket: Ticket,
        _ kind: OperationKind,
        _ signal: HealthMachine.Signal,
        _ latencyNanoseconds: Int64?,
        at now: MonotonicInstant
    ) {
        let position = ticket.position
        let generation = self.health[kind][position].generation
        let jitter = signal == .fault ? self.jitter() : 0
        self.health[kind][position].attemptEnded(
            ticket.tickets[kind],
            signal,
            latencyNanoseconds: latencyNanoseconds,
            at: now,
            jitter: jitter
        )
        if signal == .fault, ticket.tickets[kind].generation == generation {
            self.ramps[kind][position]?.faulted(at: now)
        }
        self.refresh(position, kind, generation, at: now)
    }

    /// Publishes what a health machine says now, and draws the consequences when its state changed.
    mutating func refresh(
        _ position: Int,
        _ kind: OperationKind,
        _ generation: UInt32,
        at now: MonotonicInstant
    ) {
        let status: RegionStatus
        let before: RegionStatus
        let latency: Double?
        let isClosed: Bool
        let hasMoved: Bool
        switch kind {
        case .read:
            status = self.health.read[position].status(at: now)
            before = self.snapshot.regions[position].reads
            self.snapshot.regions[position].reads = status
            latency = self.health.read[position].latency
            isClosed = self.health.read[position].isClosed
            hasMoved = self.health.read[position].generation != generation
        case .write:
            status = self.health.write[position].status(at: now)
            before = self.snapshot.regions[position].writes
            self.snapshot.regions[position].writes = status
            // What reads cost says more about a region's distance than what writes cost.
            latency = self.health.read[position].latency ?? self.health.write[position].latency
            isClosed = self.health.write[position].isClosed
            hasMoved = self.health.write[position].generation != generation
        }
        if let latency { self.snapshot.regions[position].latency = .nanoseconds(Int64(latency)) }
        if before != status {
            self.news.append(.statusChanged(self.region(position), kind, from: before, to: status))
        }
        guard hasMoved else { return }
        let wasClosed = self.closed[kind].contains(position)
        if isClosed, !wasClosed {
            self.closed[kind].insert(position)
            self.startRamp(kind, position, FailbackRamp(since: now, self.configuration))
        } else if !isClosed, wasClosed {
            self.closed[kind].remove(position)
            self.ramps[kind][position] = nil
            self.ramping[kind].remove(position)
            if self.active[kind] == position { self.fallen[kind] = true }
        }
        // While the active region is in use, and no other was put first by hand, there is nothing to decide anew.
        if let active = self.active[kind], !self.closed[kind].contains(active) || self.preference?.position == position
        {
            self.unsettled[kind] = true
        }
    }

    mutating func startRamp(_ kind: OperationKind, _ position: Int, _ ramp: FailbackRamp) {
        self.ramps[kind][position] = ramp
        self.ramping[kind].insert(position)
    }

    mutating func jitter() -> Double {
        Self.fraction(self.random.next())
    }

    static func fraction(_ bits: UInt64) -> Double {
        Double(bits >> 11) / Double(UInt64(1) << 53)
    }

    func region(_ position: Int) -> Region { self.snapshot.regions[position].region }
}
