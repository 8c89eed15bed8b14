internal import CCurl
internal import RegionKitCore
internal import Synchronization

/// What callers and the loop share.
@safe final class RedisMailbox: Sendable {
    /// What the loop has to do.
    struct Orders {
        var starts: [RedisExchange] = []
        var cancellations: [RedisExchange] = []
        /// Pieces of tasks that prefer the loop's thread.
        var jobs: [UnownedJob] = []
        var isClosed = false

        var isEmpty: Bool { self.starts.isEmpty && self.cancellations.isEmpty && self.jobs.isEmpty && !self.isClosed }
    }

    @safe private struct State {
        var orders = Orders()
        /// Commands that were accepted and not answered.
        var accepted = 0
        var isAsleep = false
        /// The loop's handle while it can be woken.
        var multi: UnsafeMutableRawPointer?
        var isOver = false
        /// Who waits for the loop's end.
        var witnesses: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: RedisClient.Configuration
    private let time: any TimeSource
    private let limit: Int
    private let state: Mutex<State>

    init(_ configuration: RedisClient.Configuration, _ time: any TimeSource) throws(RedisError) {
        guard let multi = unsafe curl_multi_init() else { throw RedisError(.notConnected, "libcurl is out of memory.") }
        guard unsafe curl_multi_wakeup(multi) == CURLM_OK else {
            unsafe curl_multi_cleanup(multi)
            throw RedisError(.notConnected, "libcurl has no descriptor to be woken by.")
        }
        self.configuration = configuration
        self.time = time
        self.limit = configuration.inFlight + configuration.queue
        self.state = unsafe Mutex(State(multi: multi))
    }

    deinit {
        // Only when the loop never ran.
        self.state.withLock { unsafe _ = $0.multi.map { unsafe curl_multi_cleanup($0) } }
    }

    /// Commands that were accepted and not answered.
    var pending: Int { self.state.withLock { $0.accepted } }

    // MARK: Callers

    /// Hands a command to the loop; an error when it was not taken.
    func post(_ exchange: RedisExchange) -> RedisError? {
        self.state.withLock { state in
            if state.orders.isClosed { return .closed() }
            guard state.accepted < self.limit else {
                return RedisError(.overloaded, "\(state.accepted) Redis commands are under way or waiting already.")
            }
            state.accepted += 1
            state.orders.starts.append(exchange)
            Self.wake(&state)
            return nil
        }
    }

    /// Hands a job to the loop; false when that is over.
    func post(_ job: UnownedJob) -> Bool {
        self.state.withLock { state in
            guard unsafe state.multi != nil else { return false }
            state.orders.jobs.append(job)
            Self.wake(&state)
            return true
        }
    }

    /// Tells the loop that nobody waits any more.
    func cancel(_ exchange: RedisExchange) {
        exchange.isCancelled.store(true, ordering: .sequentiallyConsistent)
        self.state.withLock { state in
            guard !state.orders.isClosed else { return }
            state.orders.cancellations.append(exchange)
            Self.wake(&state)
        }
    }

    /// Tells the loop to end.
    func close() {
        self.state.withLock { state in
            state.orders.isClosed = true
            Self.wake(&state)
        }
    }

    /// Waits for the end of the loop.
    func waitForEnd() async {
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                if !state.isOver { state.witnesses.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
    }

    // Inside the lock, so that the handle is still there.
    private static func wake(_ state: inout State) {
        guard state.isAsleep, let multi = unsafe state.multi else { return }
        state.isAsleep = false
        unsafe curl_multi_wakeup(multi)
    }

    // MARK: The loop

    /// Runs the loop on the calling thread.
    func run() {
        let multi = unsafe self.state.withLock { state in unsafe state.multi }
        if let multi = unsafe multi { unsafe RedisLoop(self, self.configuration, self.time, multi: multi).run() }
        for witness in self.end() { witness.resume() }
    }

    /// The orders since the last time.
    func take() -> Orders {
        self.state.withLock { state in
            state.isAsleep = false
            defer { state.orders = Orders(isClosed: state.orders.isClosed) }
            return state.orders
        }
    }

    /// Notes that the loop goes to sleep; false when there are orders.
    func fallAsleep() -> Bool {
        self.state.withLock { state in
            state.isAsleep = state.orders.isEmpty
            return state.isAsleep
        }
    }

    /// Makes room for as many commands as were answered.
    func release(_ count: Int) {
        self.state.withLock { $0.accepted -= count }
    }

    /// Takes the last jobs; from now on nobody gives the loop another or wakes it.
    func retire() -> [UnownedJob] {
        self.state.withLock { state in
            unsafe state.multi = nil
            defer { state.orders.jobs = [] }
            return state.orders.jobs
        }
    }

    /// Notes that the loop is over; those who wait for that are to be resumed.
    private func end() -> [CheckedContinuation<Void, Never>] {
        self.state.withLock { state in
            state.isOver = true
            defer { state.witnesses = [] }
            return state.witnesses
        }
    }
}
