/// What one store knows and decides about its regions: health, fences, failback, preference and the active region of
/// each kind.
///
/// A pure value; the engine keeps it in its lock.
struct RegionBoard: Sendable {
    /// Ties the end of an attempt to its beginning.
    struct Ticket: Sendable {
        var position: Int
        var kind: OperationKind
        fileprivate var tickets: PerKind<HealthMachine.Ticket>
    }

    private struct Record: Sendable {
        var lastProved: MonotonicInstant?
        var lastProbe: MonotonicInstant?
        var lastCheck: MonotonicInstant?
        var probeJitter = 1.0
    }

    private(set) var snapshot: RegionSnapshot
    private(set) var fenced = RegionSet()
    /// Kinds for which probes do the trials, by position.
    var probed = PerKind<RegionSet>(both: [])
    /// What happened and has not been told yet, oldest first.
    private(set) var news: [RegionEvent.Kind] = []

    // Apart from the records, so that one machine is reached in place and not by a copy of all.
    private var health: PerKind<[HealthMachine]>
    private var ramps: PerKind<[FailbackRamp?]>
    private var records: [Record]
    private let all: RegionSet
    private var closed: PerKind<RegionSet>
    private var ramping = PerKind<RegionSet>(both: [])
    private var active = PerKind<Int?>(both: nil)
    private var unsettled = PerKind<Bool>(both: true)
    private var preference: (position: Int, until: MonotonicInstant?)?
    private var random: SplitMix64
    private let configuration: HealthConfiguration
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

    // MARK: - Routing

    /// The regions an operation may use now.
    ///
    /// - Parameters:
    ///   - place: Where the operation stands, from 0 to 1, when reads return in shares; nil draws it.
    ///   - allowed: The regions the caller permits.
    mutating func view(
        _ kind: OperationKind,
        place: Double?,
        allowed: RegionSet,
        at now: MonotonicInstant
    ) -> RoutingView {
        self.expirePreference(at: now)
        let random = self.random.next()
        let usable = self.all.subtracting(self.fenced).intersection(allowed)
        var fit = usable.intersection(self.closed[kind])
        var held = RegionSet()
        if !self.ramping[kind].isEmpty {
            held = self.held(kind, among: fit, place: place ?? Self.fraction(random), at: now)
            fit = fit.subtracting(held)
        }
        if fit.union(held) != usable {
            for position in usable.subtracting(self.closed[kind]).subtracting(self.probed[kind])
            where self.health[kind][position].offersTrial(at: now) {
                fit.insert(position)
            }
        }
        let preferred = self.preference.flatMap { usable.contains($0.position) ? $0.position : nil }
        if let preferred, held.contains(preferred) { fit.insert(preferred) }
        let active = self.active[kind].flatMap { position in
            usable.contains(position) && !self.unsettled[kind] ? position : nil
        }
        return RoutingView(
            snapshot: self.snapshot,
            fit: fit,
            held: held.subtracting(fit),
            rest: usable.subtracting(fit).subtracting(held),
            preferred: preferred,
            active: active,
            isUnsettled: self.unsettled[kind],
            random: random
        )
    }

    /// Of regions that all failed, the one to try all the same: the active region for a conditional write, else the one
    /// whose last fault is the longest ago.
    func panicRegion(_ shape: AttemptMachine.Shape, _ kind: OperationKind, among candidates: RegionSet) -> Int? {
        if shape == .conditionalWrite, let active = self.active.write, candidates.contains(active) { return active }
        return candidates.min { left, right in
            let faults = (self.health[kind][left].lastFault, self.health[kind][right].lastFault)
            return faults.0?.nanoseconds ?? .min < faults.1?.nanoseconds ?? .min
        }
    }

    /// The region where operations of `kind` go by default; nil before the first was routed.
    func activeRegion(for kind: OperationKind) -> Int? { self.active[kind] }

    /// Makes `position` the active region unless another caller was faster; returns the active region.
    mutating func settle(_ kind: OperationKind, at position: Int) -> Int {
        guard self.unsettled[kind] || self.active[kind] == nil else { return self.active[kind] ?? position }
        self.unsettled[kind] = false
        let before = self.active[kind]
        guard before != position else { return position }
        self.active[kind] = position
        if let before {
            let reason: RegionEvent.RouteChangeReason =
                self.fenced.contains(before) || self.preference != nil
                ? .manual : self.closed[kind].contains(before) ? .failback : .unhealthy
            self.news.append(
                .routeChanged(kind, from: self.region(before), to: self.region(position), reason: reason)
            )
        }
        return position
    }

    private mutating func held(
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

    // MARK: - Attempts

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

    /// An attempt ended; `failure` is nil on success, and `isCancelled` when the caller gave up.
    mutating func attemptEnded(
        _ ticket: Ticket,
        _ failure: FailureClass?,
        isCancelled: Bool = false,
        latencyNanoseconds: Int64,
        at now: MonotonicInstant
    ) {
        let signal = isCancelled && failure != nil ? .neutral : Self.signal(failure, for: ticket.kind)
        if signal == .success { self.records[ticket.position].lastProved = now }
        self.record(ticket, ticket.kind, signal, latencyNanoseconds, at: now)
        if signal == .fault, failure == .notSent || failure == .unknownOutcome {
            self.record(ticket, ticket.kind == .read ? .write : .read, .fault, nil, at: now)
        }
    }

    /// The attempt's place in the bulkhead is free again; later than its end when a backend hangs on.
    mutating func slotFreed(at position: Int) {
        self.snapshot.regions[position].inFlight -= 1
    }

    /// Quick refusals of one operation in a row: writes leave the region.
    mutating func writesRefused(at position: Int, _ now: MonotonicInstant) {
        let generation = self.health.write[position].generation
        self.health.write[position].trip(at: now, jitter: self.jitter())
        self.refresh(position, .write, generation, at: now)
    }

    private static func signal(_ failure: FailureClass?, for kind: OperationKind) -> HealthMachine.Signal {
        guard let failure else { return .success }
        return failure.provesHealth ? .success : failure.isFault(for: kind) ? .fault : .neutral
    }

    private mutating func record(
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
        if signal == .fault { self.ramps[kind][position]?.faulted(at: now) }
        self.refresh(position, kind, generation, at: now)
    }

    /// Publishes what a health machine says now, and draws the consequences when its state changed.
    private mutating func refresh(
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
            self.unsettled[kind] = true
        } else if !isClosed, wasClosed {
            self.closed[kind].remove(position)
            self.ramps[kind][position] = nil
            self.ramping[kind].remove(position)
            self.unsettled[kind] = true
        }
    }

    private mutating func startRamp(_ kind: OperationKind, _ position: Int, _ ramp: FailbackRamp) {
        self.ramps[kind][position] = ramp
        self.ramping[kind].insert(position)
    }

    private mutating func jitter() -> Double {
        Self.fraction(self.random.next())
    }

    private static func fraction(_ bits: UInt64) -> Double {
        Double(bits >> 11) / Double(UInt64(1) << 53)
    }

    private func region(_ position: Int) -> Region { self.snapshot.regions[position].region }
}

// MARK: - Probes

extension RegionBoard {
    /// When a region should be probed next.
    func probeDue(_ position: Int) -> MonotonicInstant {
        let record = self.records[position]
        guard let lastProbe = record.lastProbe else { return MonotonicInstant(nanoseconds: .min) }
        let recovery = self.configuration.recoveryProbeInterval.wholeNanoseconds
        let isOpen = !self.health.read[position].isClosed || !self.health.write[position].isClosed
        if isOpen {
            let due = [self.health.read[position].trialDue, self.health.write[position].trialDue].compactMap(\.self).min()
            let next = lastProbe.advanced(byNanoseconds: recovery)
            return due.map { max($0, next) } ?? next
        }
        if self.ramping.read.contains(position) || self.ramping.write.contains(position) {
            return lastProbe.advanced(byNanoseconds: recovery)
        }
        let interval = Int64(Double(self.configuration.checkInterval.wholeNanoseconds) * record.probeJitter)
        return max(lastProbe, record.lastProved ?? lastProbe).advanced(byNanoseconds: interval)
    }

    /// A probe begins; it takes the trials that are offered.
    mutating func probeBegan(_ position: Int, at now: MonotonicInstant) -> Ticket {
        var tickets = PerKind(both: HealthMachine.Ticket(generation: 0, isTrial: false))
        for kind in OperationKind.allCases {
            tickets[kind] = self.health[kind][position].attemptBegan(at: now)
        }
        self.records[position].lastProbe = now
        self.records[position].probeJitter = 0.9 + 0.2 * self.jitter()
        return Ticket(position: position, kind: .read, tickets: tickets)
    }

    /// A probe ended.
    mutating func probeEnded(
        _ ticket: Ticket,
        _ result: Result<ProbeReport, BackendError>,
        isCancelled: Bool = false,
        latencyNanoseconds: Int64,
        at now: MonotonicInstant
    ) {
        var signals = PerKind(both: HealthMachine.Signal.neutral)
        switch result {
        case .success(let report):
            signals.read = .success
            if let writable = report.writable { signals.write = writable ? .success : .fault }
            if let lag = report.replicationLag { self.snapshot.regions[ticket.position].replicationLag = lag }
        case .failure(let error) where !isCancelled:
            signals.read = Self.signal(error.failure, for: .read)
            signals.write = signals.read == .success ? .neutral : Self.signal(error.failure, for: .write)
        case .failure:
            break
        }
        if signals.read == .success { self.records[ticket.position].lastProved = now }
        self.records[ticket.position].lastCheck = now
        self.record(ticket, .read, signals.read, latencyNanoseconds, at: now)
        self.record(ticket, .write, signals.write, nil, at: now)
    }

    /// Notes a replication lag that was measured elsewhere.
    mutating func lagMeasured(_ lag: Duration, at position: Int) {
        self.snapshot.regions[position].replicationLag = lag
    }
}

// MARK: - Manual control

extension RegionBoard {
    /// Takes a region out of every route.
    mutating func evacuate(_ position: Int) {
        guard !self.fenced.contains(position) else { return }
        self.fenced.insert(position)
        self.unsettled = PerKind(both: true)
        self.news.append(.evacuated(self.region(position)))
    }

    /// Puts a region first until the time is over, or until it is restored.
    mutating func prefer(_ position: Int, until: MonotonicInstant?) {
        self.preference = (position, until)
        self.unsettled = PerKind(both: true)
        self.news.append(.preferred(self.region(position)))
    }

    /// Ends manual control of a region; its traffic returns in steps.
    mutating func restore(_ position: Int, at now: MonotonicInstant) {
        if self.preference?.position == position { self.endPreference(at: now) }
        guard self.fenced.contains(position) else { return }
        self.fenced.remove(position)
        self.returnInSteps(position, at: now)
        self.unsettled = PerKind(both: true)
        self.news.append(.restored(self.region(position)))
    }

    private mutating func expirePreference(at now: MonotonicInstant) {
        if let until = self.preference?.until, now >= until { self.endPreference(at: now) }
    }

    private mutating func endPreference(at now: MonotonicInstant) {
        guard let ended = self.preference?.position else { return }
        self.preference = nil
        for position in self.all where position != ended { self.returnInSteps(position, at: now) }
        self.unsettled = PerKind(both: true)
        self.news.append(.restored(self.region(ended)))
    }

    private mutating func returnInSteps(_ position: Int, at now: MonotonicInstant) {
        for kind in OperationKind.allCases where self.closed[kind].contains(position) {
            var ramp = self.ramps[kind][position] ?? FailbackRamp(since: now, self.configuration)
            if self.ramps[kind][position] == nil { ramp.skipDelay(at: now) }
            self.startRamp(kind, position, ramp)
        }
    }
}

// MARK: - Reports

extension RegionBoard {
    /// Takes what happened since the last call.
    mutating func takeNews() -> [RegionEvent.Kind] {
        defer { self.news = [] }
        return self.news
    }

    /// The health of all regions now.
    mutating func report(at now: MonotonicInstant) -> [RegionHealth] {
        self.expirePreference(at: now)
        return self.all.map { position in
            for kind in OperationKind.allCases {
                self.refresh(position, kind, self.health[kind][position].generation, at: now)
            }
            let state = self.snapshot.regions[position]
            let record = self.records[position]
            return RegionHealth(
                region: state.region,
                isPrimary: position == 0,
                reads: state.reads,
                writes: state.writes,
                latency: state.latency,
                errorCount: max(self.health.read[position].recentFaults, self.health.write[position].recentFaults),
                sinceLastCheck: [record.lastCheck, record.lastProved].compactMap(\.self).max()?.duration(to: now),
                replicationLag: state.replicationLag,
                inFlight: state.inFlight,
                isEvacuated: self.fenced.contains(position),
                isPreferred: self.preference?.position == position,
                isRecovering: self.ramping.read.contains(position) || self.ramping.write.contains(position)
            )
        }
    }
}
