/// The health of one region for one kind of operation: a circuit breaker as a pure value.
///
/// States: *closed* (in use), *open* (left alone until its cool-down is over), *half-open* (one trial at a time).
/// Every change of state begins a new generation; an outcome counts only in the generation its attempt began in.
struct HealthMachine: Sendable {
    enum Phase: Hashable, Sendable {
        case closed
        case open(until: MonotonicInstant)
        case halfOpen(successes: Int, trialUnderWay: Bool)
    }

    /// What an outcome says about the region.
    enum Signal: Hashable, Sendable {
        case success
        case fault
        /// Says nothing: cancelled, refused locally, throttled.
        case neutral
    }

    /// Ties an outcome to the state in which its attempt began.
    struct Ticket: Hashable, Sendable {
        var generation: UInt32
        var isTrial: Bool
    }

    private(set) var phase: Phase = .closed
    private(set) var generation: UInt32 = 0
    private(set) var lastFault: MonotonicInstant?
    private(set) var consecutiveFaults = 0
    /// The moving average of latency in nanoseconds; nil before the first sample.
    private(set) var latency: Double?
    private(set) var isUnknown = true

    private var window: FaultWindow
    private var openings = 0
    private var closedSince: MonotonicInstant?
    private let limits: Limits

    init(_ configuration: HealthConfiguration) {
        self.limits = Limits(configuration)
        self.window = FaultWindow(configuration.window)
    }

    /// Whether the breaker is closed: the region is in use.
    var isClosed: Bool { self.phase == .closed }

    /// Whether an attempt now would be a trial: the cool-down is over and no trial is under way.
    func offersTrial(at now: MonotonicInstant) -> Bool {
        switch self.phase {
        case .closed: false
        case .open(let until): now >= until
        case .halfOpen(_, let trialUnderWay): !trialUnderWay
        }
    }

    /// When the first trial may begin; nil while closed or half-open.
    var trialDue: MonotonicInstant? {
        if case .open(let until) = self.phase { until } else { nil }
    }

    /// The errors counted within the window.
    var recentFaults: Int { self.window.faults }

    mutating func status(at now: MonotonicInstant) -> RegionStatus {
        guard self.isClosed else { return .unhealthy }
        self.window.advance(to: now)
        if self.window.faults > 0 || self.consecutiveFaults > 0 { return .degraded }
        if self.isUnknown { return .unknown }
        if let latency = self.latency, latency > self.limits.latency { return .degraded }
        return .healthy
    }

    /// An attempt begins; it takes the trial slot when it is offered one.
    mutating func attemptBegan(at now: MonotonicInstant) -> Ticket {
        guard self.offersTrial(at: now) else { return Ticket(generation: self.generation, isTrial: false) }
        if case .halfOpen(let successes, _) = self.phase {
            self.phase = .halfOpen(successes: successes, trialUnderWay: true)
        } else {
            self.enter(.halfOpen(successes: 0, trialUnderWay: true))
        }
        return Ticket(generation: self.generation, isTrial: true)
    }

    /// An attempt ended, however it did.
    ///
    /// Gives the trial slot back.
    ///
    /// - Parameter jitter: Between 0 and 1; spreads the cool-down by ± 20 %.
    mutating func attemptEnded(
        _ ticket: Ticket,
        _ signal: Signal,
        latencyNanoseconds: Int64?,
        at now: MonotonicInstant,
        jitter: Double
    ) {
        guard ticket.generation == self.generation || PlantedBug.lateGeneration.isPlanted else { return }
        if signal == .fault { self.lastFault = now }
        if signal != .neutral {
            self.isUnknown = false
            self.window.record(fault: signal == .fault, at: now)
        }
        if signal == .success {
            self.consecutiveFaults = 0
            if let latencyNanoseconds {
                let sample = Double(latencyNanoseconds)
                self.latency = self.latency.map { $0 + self.limits.weight * (sample - $0) } ?? sample
            }
        }
        switch self.phase {
        case .open:
            break
        case .closed:
            guard signal == .fault else { return }
            self.consecutiveFaults += 1
            if self.consecutiveFaults >= self.limits.failover || self.windowIsBad { self.open(at: now, jitter) }
        case .halfOpen(let successes, let trialUnderWay):
            let leaks = signal == .neutral && PlantedBug.leakedTrial.isPlanted
            let stillUnderWay = trialUnderWay && (!ticket.isTrial || leaks)
            switch signal {
            case .fault: self.open(at: now, jitter)
            case .neutral: self.phase = .halfOpen(successes: successes, trialUnderWay: stillUnderWay)
            case .success where successes + 1 >= self.limits.recovery: self.close(at: now)
            case .success: self.phase = .halfOpen(successes: successes + 1, trialUnderWay: stillUnderWay)
            }
        }
    }

    /// Opens the breaker at once, as quick refusals of one operation in a row do.
    mutating func trip(at now: MonotonicInstant, jitter: Double) {
        self.lastFault = now
        self.isUnknown = false
        if self.isClosed { self.open(at: now, jitter) }
    }

    /// Closes the breaker at once: one who knows says that the region works for this kind.
    mutating func recover(at now: MonotonicInstant) {
        if !self.isClosed { self.close(at: now) }
    }

    private var windowIsBad: Bool {
        self.window.attempts >= self.limits.attempts
            && Double(self.window.faults) >= self.limits.ratio * Double(self.window.attempts)
    }

    private mutating func open(at now: MonotonicInstant, _ jitter: Double) {
        if let since = self.closedSince, now.nanoseconds - since.nanoseconds >= self.limits.reset { self.openings = 0 }
        self.closedSince = nil
        let doubled = self.limits.cooldown * Double(UInt64(1) << UInt64(min(self.openings, 40)))
        let spread = min(doubled, self.limits.maximumCooldown) * (0.8 + 0.4 * jitter)
        self.openings += 1
        self.enter(.open(until: now.advanced(byNanoseconds: Int64(spread))))
    }

    private mutating func close(at now: MonotonicInstant) {
        self.consecutiveFaults = 0
        self.window.clear()
        self.closedSince = now
        self.enter(.closed)
    }

    private mutating func enter(_ phase: Phase) {
        self.phase = phase
        self.generation &+= 1
    }
}

extension HealthMachine {
    /// The configuration in the machine's own units: nanoseconds.
    private struct Limits: Sendable {
        let failover: Int
        let recovery: Int
        let attempts: Int
        let ratio: Double
        let weight: Double
        let latency: Double
        let cooldown: Double
        let maximumCooldown: Double
        let reset: Int64

        init(_ configuration: HealthConfiguration) {
            self.failover = configuration.failoverThreshold
            self.recovery = configuration.recoveryThreshold
            self.attempts = configuration.minimumAttempts
            self.ratio = configuration.faultRatio
            self.weight = configuration.latencyWeight
            self.latency = Double(configuration.latencyThreshold.wholeNanoseconds)
            self.cooldown = Double(configuration.cooldown.wholeNanoseconds)
            self.maximumCooldown = Double(configuration.maximumCooldown.wholeNanoseconds)
            self.reset = configuration.cooldownReset.wholeNanoseconds
        }
    }
}
