package import Foundation
package import Synchronization

/// What the callers of a client and its loop, which runs on a thread of its own, share.
///
/// It holds a bounded number of requests, and outlives the loop. As a task executor it has pieces of tasks run on the
/// loop's thread: such a task sends and goes on without a change of threads, and everybody else waits meanwhile.
package final class LoopMailbox<Request: Sendable, Response: Sendable, Failure: Error>: Sendable {
    package typealias Exchange = LoopExchange<Request, Response, Failure>

    /// What the loop has to do.
    package struct Orders {
        package var starts: [Exchange] = []
        package var cancellations: [Exchange] = []
        /// Pieces of tasks that prefer the loop's thread.
        package var jobs: [UnownedJob] = []
        package var isClosed = false

        @inlinable init(isClosed: Bool = false) {
            self.isClosed = isClosed
        }

        @inlinable var isEmpty: Bool {
            self.starts.isEmpty && self.cancellations.isEmpty && self.jobs.isEmpty && !self.isClosed
        }
    }

    /// Why a request was not taken.
    package enum Refusal: Sendable {
        /// The client was shut down.
        case closed
        /// So many are accepted and not answered.
        case full(Int)
    }

    @usableFromInline struct State {
        @usableFromInline var orders = Orders()
        /// Requests that were accepted and not answered.
        @usableFromInline var accepted = 0
        @usableFromInline var isAsleep = false
        /// Wakes the loop; nil when it cannot be woken any more.
        @usableFromInline var wake: (@Sendable () -> Void)?
        /// The loop's thread until somebody joins or detaches it.
        @usableFromInline var thread: pthread_t?
        @usableFromInline var isOver = false
        /// Who waits for the loop's end.
        @usableFromInline var witnesses: [CheckedContinuation<Void, Never>] = []

        @inlinable init(wake: @escaping @Sendable () -> Void) {
            self.wake = wake
        }

        // Inside the lock, so that what is woken is still there.
        @inlinable mutating func wakeLoop() {
            guard self.isAsleep, let wake = self.wake else { return }
            self.isAsleep = false
            wake()
        }
    }

    @usableFromInline let limit: Int
    @usableFromInline let refuse: @Sendable (Refusal) -> Failure
    @usableFromInline let state: Mutex<State>

    /// Makes a mailbox.
    ///
    /// - Parameters:
    ///   - limit: Requests that are accepted and not answered, at most.
    ///   - refuse: The error of a request that is not taken.
    ///   - wake: Wakes the loop from its sleep; not called after ``retire()``.
    @inlinable package init(
        limit: Int,
        refuse: @escaping @Sendable (Refusal) -> Failure,
        wake: @escaping @Sendable () -> Void
    ) {
        self.limit = limit
        self.refuse = refuse
        self.state = Mutex(State(wake: wake))
    }

    /// Requests that were accepted and not answered.
    @inlinable package var pending: Int { self.state.withLock { $0.accepted } }

    // MARK: Callers

    /// Has the loop answer a request; a cancelled task has it given up.
    @inlinable package func send(
        _ request: Request,
        deadline: MonotonicInstant
    ) async throws(Failure) -> Response {
        let exchange = Exchange(request, deadline: deadline)
        let answer = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                exchange.continuation.withLock { $0 = continuation }
                if let refusal = self.post(exchange) { exchange.answer(.failure(self.refuse(refusal))) }
            }
        } onCancel: {
            self.cancel(exchange)
        }
        return try answer.get()
    }

    @inlinable func post(_ exchange: Exchange) -> Refusal? {
        self.state.withLock { state in
            if state.orders.isClosed { return .closed }
            guard state.accepted < self.limit else { return .full(state.accepted) }
            state.accepted += 1
            state.orders.starts.append(exchange)
            state.wakeLoop()
            return nil
        }
    }

    @inlinable func cancel(_ exchange: Exchange) {
        exchange.cancellation.store(true, ordering: .sequentiallyConsistent)
        self.state.withLock { state in
            guard !state.orders.isClosed else { return }
            state.orders.cancellations.append(exchange)
            state.wakeLoop()
        }
    }

    /// Hands a job to the loop; false when that is over.
    @inlinable func post(_ job: UnownedJob) -> Bool {
        self.state.withLock { state in
            guard state.wake != nil else { return false }
            state.orders.jobs.append(job)
            state.wakeLoop()
            return true
        }
    }

    // MARK: Life

    /// Runs the loop on a thread of its own; false when there can be none.
    package func start(_ loop: @escaping @Sendable () -> Void) -> Bool {
        let thread = JoinableThread.start {
            loop()
            for witness in self.end() { witness.resume() }
        }
        self.state.withLock { $0.thread = thread }
        return thread != nil
    }

    /// Tells the loop to end, and waits for nothing.
    package func abandon() {
        self.close()
        if let thread = self.takeThread() { pthread_detach(thread) }
    }

    /// Tells the loop to end, and waits until its thread is gone.
    package func shutdown() async {
        self.close()
        await withCheckedContinuation { continuation in
            let isOver = self.state.withLock { state in
                if !state.isOver { state.witnesses.append(continuation) }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
        if let thread = self.takeThread() { pthread_join(thread, nil) }
    }

    private func close() {
        self.state.withLock { state in
            state.orders.isClosed = true
            state.wakeLoop()
        }
    }

    private func takeThread() -> pthread_t? {
        self.state.withLock { $0.thread.take() }
    }

    /// Notes that the loop is over; those who wait for that are to be resumed.
    private func end() -> [CheckedContinuation<Void, Never>] {
        self.state.withLock { state in
            state.isOver = true
            defer { state.witnesses = [] }
            return state.witnesses
        }
    }

    // MARK: The loop

    /// The orders since the last time.
    @inlinable package func take() -> Orders {
        self.state.withLock { state in
            state.isAsleep = false
            defer { state.orders = Orders(isClosed: state.orders.isClosed) }
            return state.orders
        }
    }

    /// Runs pieces of tasks on the calling thread, the loop's.
    package func run(_ jobs: [UnownedJob]) {
        for job in jobs { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// Notes that the loop goes to sleep; false when there are orders.
    @inlinable package func fallAsleep() -> Bool {
        self.state.withLock { state in
            state.isAsleep = state.orders.isEmpty
            return state.isAsleep
        }
    }

    /// Makes room for as many requests as were answered.
    @inlinable package func release(_ count: Int) {
        self.state.withLock { $0.accepted -= count }
    }

    /// Runs the last jobs; from now on nobody gives the loop another or wakes it.
    package func retire() {
        self.run(
            self.state.withLock { state in
                state.wake = nil
                defer { state.orders.jobs = [] }
                return state.orders.jobs
            }
        )
    }
}
