internal import RegionKitCore

/// When credentials are fetched, and who waits: the rules of ``CredentialCache``, without clocks or tasks.
struct CredentialCacheMachine {
    enum Answer: Equatable {
        /// Use these.
        case ready(Credentials)
        /// Fetch them, then report ``fetched(_:at:wall:random:)``, ``failed(_:at:wall:random:)`` or ``abandoned()``.
        case fetch
        /// Ask again once the fetch that runs has been reported.
        case wait
        case fail(CredentialError)
    }

    /// How long before their end credentials are fetched anew, at the latest.
    static let lead: Int64 = 300_000
    /// How much earlier chance makes it, so that many machines do not ask at once.
    static let spread: Int64 = 60_000

    private var current: Credentials?
    private var failure: CredentialError?
    private var isFetching = false
    /// Whether one task fetches ahead of time, so that callers need not.
    private var hasRunner = false
    /// Milliseconds since 1970 from which on there should be new ones.
    private var refreshAt = Int64.max
    private var retryAt: MonotonicInstant?

    /// A caller, or the task that runs for all, wants credentials.
    mutating func requested(byRunner: Bool = false, at now: MonotonicInstant, wall: Int64) -> Answer {
        let mayRetry = self.retryAt.map { $0 <= now } ?? true
        if let current = self.usable(at: wall) {
            let isDue = wall >= self.refreshAt && mayRetry && (byRunner || !self.hasRunner)
            guard isDue, !self.isFetching else { return .ready(current) }
        } else {
            if let failure = self.failure, !mayRetry { return .fail(failure) }
            guard !self.isFetching else { return .wait }
        }
        self.isFetching = true
        return .fetch
    }

    /// New credentials have come.
    mutating func fetched(_ credentials: Credentials, at now: MonotonicInstant, wall: Int64, random: Double) {
        self.isFetching = false
        self.current = credentials
        self.failure = nil
        self.retryAt = nil
        guard let expiration = credentials.expiration else {
            self.refreshAt = .max
            return
        }
        // Those that last for minutes only are kept for half of their time.
        let early = Self.lead + Int64(Double(Self.spread) * random)
        self.refreshAt = max(expiration - early, wall + (expiration - wall) / 2)
    }

    /// No new credentials have come; those at hand are used up to their end.
    mutating func failed(_ error: CredentialError, at now: MonotonicInstant, wall: Int64, random: Double) {
        self.isFetching = false
        self.failure = error
        let seconds = self.usable(at: wall) == nil ? 1 : 20.0
        self.retryAt = now.advanced(by: .seconds(seconds * (1 + random)))
    }

    /// The task that fetched was cancelled; another one takes over.
    mutating func abandoned() {
        self.isFetching = false
    }

    /// A service has refused credentials as expired: they are not used again, if they are those at hand.
    mutating func refused(_ credentials: Credentials) {
        guard self.current == credentials else { return }
        self.current = nil
        self.failure = nil
        self.retryAt = nil
    }

    /// A task begins or ends to fetch for all; false when there is one already.
    mutating func runner(begins: Bool) -> Bool {
        guard self.hasRunner != begins else { return false }
        self.hasRunner = begins
        return true
    }

    /// How long the task that fetches for all sleeps: 0.1 s at least, and a minute at most as the wall clock may be set.
    func sleep(at now: MonotonicInstant, wall: Int64) -> Duration {
        let untilRetry = self.retryAt.map { now.duration(to: $0) } ?? .zero
        let untilRefresh = self.usable(at: wall) == nil ? 0 : min(max(self.refreshAt - wall, 0), 60_000)
        return min(max(untilRetry, .milliseconds(untilRefresh), .milliseconds(100)), .seconds(60))
    }

    private func usable(at wall: Int64) -> Credentials? {
        self.current.flatMap { ($0.expiration ?? .max) > wall ? $0 : nil }
    }
}
