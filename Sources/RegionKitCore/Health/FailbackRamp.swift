/// How traffic returns to one region that recovered: a wait, then rising shares.
///
/// A pure value.
struct FailbackRamp: Sendable, Hashable {
    private enum Phase: Hashable, Sendable {
        case waiting(since: MonotonicInstant)
        case rising(since: MonotonicInstant, step: Int64, writesAt: MonotonicInstant)
    }

    private var phase: Phase
    private let delay: Int64
    private let step: Int64
    private let shares: [Double]
    private let maximumLag: Duration

    /// The region became healthy `since`.
    init(since: MonotonicInstant, _ configuration: HealthConfiguration) {
        self.phase = .waiting(since: since)
        self.delay = configuration.failbackDelay.wholeNanoseconds
        self.step = configuration.failbackSteps.wholeNanoseconds
        self.shares = configuration.failbackShares
        self.maximumLag = configuration.maximumFailbackLag
    }

    /// Whether nothing has returned yet.
    var isWaiting: Bool { if case .waiting = self.phase { true } else { false } }

    /// The share of reads that has returned.
    func share(at now: MonotonicInstant) -> Double {
        guard case .rising(let since, let step, _) = self.phase else { return 0 }
        return self.shares[min(Int((now.nanoseconds - since.nanoseconds) / step), self.shares.count - 1)]
    }

    /// A fault was seen: the wait begins again.
    mutating func faulted(at now: MonotonicInstant) {
        self.phase = .waiting(since: now)
    }

    /// Begins the steps at once, as releasing a manual control does.
    mutating func skipDelay(at now: MonotonicInstant) {
        self.phase = .waiting(since: now.advanced(byNanoseconds: -self.delay))
    }

    /// The share of reads that may return, and whether writes may; `done` when all is back.
    ///
    /// - Parameter random: Fresh random bits, used once: when the shares begin to rise.
    mutating func advance(
        to now: MonotonicInstant,
        lag: Duration?,
        random: UInt64
    ) -> (share: Double, writes: Bool, done: Bool) {
        if case .waiting(let since) = self.phase {
            let isDue = now.nanoseconds - since.nanoseconds >= self.delay || PlantedBug.failbackAtOnce.isPlanted
            guard isDue, lag ?? .zero <= self.maximumLag else {
                return (0, false, false)
            }
            let jitter = 0.8 + 0.4 * Double(random & 0xFFFF) / 65535
            let step = max(1, Int64(Double(self.step) * jitter))
            let length = UInt64(step) * UInt64(self.shares.count - 1)
            let writesAt = now.advanced(byNanoseconds: Int64(random.multipliedFullWidth(by: length + 1).high))
            self.phase = .rising(since: now, step: step, writesAt: writesAt)
        }
        guard case .rising(_, _, let writesAt) = self.phase else { return (0, false, false) }
        let share = self.share(at: now)
        return (share, now >= writesAt, share == 1)
    }
}
