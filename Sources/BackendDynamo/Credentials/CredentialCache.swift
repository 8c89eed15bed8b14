internal import RegionKitCore
internal import Synchronization

/// Keeps credentials and has them fetched anew ahead of their end, once for all who wait.
///
/// With ``run()`` one task fetches ahead of time, and a caller waits at most for the first credentials. Without it the
/// first caller who is due begins a fetch; credentials at hand serve it and the others meanwhile.
final class CredentialCache: CredentialProvider {
    private struct State {
        var machine = CredentialCacheMachine()
        /// Counts what was reported to the machine, so that nobody waits for what has happened already.
        var reports = 0
        var lastID = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        /// The last fetch that a caller began.
        var fetch: Task<Void, Never>?
    }

    var name: String { self.provider.name }
    private let provider: any CredentialProvider
    private let time: any TimeSource
    private let random: @Sendable () -> Double
    private let mostWaiters: Int
    private let state = Mutex(State())

    init(
        _ provider: any CredentialProvider,
        time: any TimeSource,
        random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        mostWaiters: Int = 10_000
    ) {
        self.provider = provider
        self.time = time
        self.random = random
        self.mostWaiters = mostWaiters
    }

    func credentials() async throws(CredentialError) -> Credentials {
        try await self.credentials(until: nil)
    }

    /// Credentials, or an error once the deadline has passed; a fetch under way goes on then, for those who come later.
    func credentials(until deadline: MonotonicInstant?) async throws(CredentialError) -> Credentials {
        while true {
            let (answer, reports) = self.ask(byRunner: false)
            switch answer {
            case .ready(let credentials): return credentials
            case .fail(let error): throw error
            case .fetch:
                let fetch = Task { await self.fetch() }
                self.state.withLock { $0.fetch = fetch }
                continue
            case .wait:
                guard deadline.map({ self.time.now < $0 }) ?? true else {
                    throw CredentialError(.unreachable, step: self.name, "They did not come within the attempt's time.")
                }
                try await self.wait(after: reports, until: deadline)
            }
            guard !Task.isCancelled else {
                throw CredentialError(.cancelled, step: self.name, "The calling task was cancelled.")
            }
        }
    }

    /// Ends a fetch that a caller began.
    func cancelFetch() {
        self.state.withLock { $0.fetch }?.cancel()
    }

    /// Has credentials fetched anew because a service said that these have expired.
    func refused(_ credentials: Credentials) {
        self.state.withLock { $0.machine.refused(credentials) }
    }

    /// Fetches ahead of time, until the task is cancelled.
    ///
    /// A second call while one runs returns at once.
    func run() async {
        guard self.state.withLock({ $0.machine.runner(begins: true) }) else { return }
        while !Task.isCancelled {
            let (answer, reports) = self.ask(byRunner: true)
            switch answer {
            case .fetch: await self.fetch()
            case .wait where (try? await self.wait(after: reports)) != nil: break
            case .wait, .ready, .fail:
                let (now, wall) = (self.time.now, self.time.wallMilliseconds)
                try? await self.time.sleep(for: self.state.withLock { $0.machine.sleep(at: now, wall: wall) })
            }
        }
        _ = self.state.withLock { $0.machine.runner(begins: false) }
    }

    private func ask(byRunner: Bool) -> (answer: CredentialCacheMachine.Answer, reports: Int) {
        let (now, wall) = (self.time.now, self.time.wallMilliseconds)
        return self.state.withLock { state in
            (state.machine.requested(byRunner: byRunner, at: now, wall: wall), state.reports)
        }
    }

    private func fetch() async {
        let result: Result<Credentials, CredentialError>
        do throws(CredentialError) {
            let credentials = try await self.provider.credentials()
            result = .success(try credentials.checked(step: self.name, at: self.time.wallMilliseconds))
        } catch {
            result = .failure(error)
        }
        let (now, wall, random) = (self.time.now, self.time.wallMilliseconds, self.random())
        self.report { machine in
            switch result {
            case .success(let credentials): machine.fetched(credentials, at: now, wall: wall, random: random)
            case .failure where Task.isCancelled: machine.abandoned()
            case .failure(let error): machine.failed(error, at: now, wall: wall, random: random)
            }
        }
    }

    /// Changes the machine and lets all who wait ask again.
    private func report(_ event: (inout CredentialCacheMachine) -> Void) {
        let waiters = self.state.withLock { state in
            event(&state.machine)
            state.reports += 1
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Suspends until something more has been reported, the deadline has passed, or the task is cancelled.
    private func wait(after reports: Int, until deadline: MonotonicInstant? = nil) async throws(CredentialError) {
        let id: Int? = self.state.withLock { state in
            guard state.waiters.count < self.mostWaiters else { return nil }
            state.lastID += 1
            return state.lastID
        }
        guard let id else {
            throw CredentialError(
                .overloaded,
                step: self.name,
                "\(self.mostWaiters) callers wait for credentials already; try later."
            )
        }
        let timer = deadline.map { deadline in
            Task {
                guard (try? await self.time.sleep(until: deadline)) != nil else { return }
                self.resume(id)
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mustWait = self.state.withLock { state in
                    let isOver = deadline.map { $0 <= self.time.now } ?? false
                    guard state.reports == reports, !Task.isCancelled, !isOver else { return false }
                    state.waiters[id] = continuation
                    return true
                }
                if !mustWait { continuation.resume() }
            }
        } onCancel: {
            self.resume(id)
        }
        timer?.cancel()
    }

    private func resume(_ waiter: Int) {
        self.state.withLock { $0.waiters.removeValue(forKey: waiter) }?.resume()
    }
}
