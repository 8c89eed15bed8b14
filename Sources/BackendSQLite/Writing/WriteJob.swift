internal import RegionKitCore
internal import Synchronization

/// A caller that waits for the writer, and what it wants done.
final class WriteJob: Sendable {
    enum Work: Sendable {
        case commit(EncodedCommit)
        case apply(EncodedApplication)
        case beginIncarnation(replacing: UInt64)
        case markReady(UInt64)
        case collect(ReplicaCollection)
        case lease(LeaseRequest)
        /// Writes the clock as it is; answers whether the region is ready.
        case probe
    }

    enum Answer: Sendable {
        case committed(CommitOutcome)
        case applied(ApplicationOutcome)
        /// Whether there is more to collect.
        case collected(hasMore: Bool)
        /// The peers whose lease the holder has.
        case leased(Set<Region>)
        case done
    }

    private enum State {
        case new
        case waiting(CheckedContinuation<Result<Answer, BackendError>, Never>)
        case answered(Result<Answer, BackendError>)
        case over
    }

    let work: Work
    let context: AttemptContext
    /// About how much memory the job takes.
    let size: Int
    private let state = Mutex(State.new)

    init(_ work: Work, _ context: AttemptContext) {
        self.work = work
        self.context = context
        self.size =
            switch work {
            case .commit(let commit): commit.changes.reduce(256) { $0 + $1.row.size }
            case .apply(let application): application.rows.reduce(256) { $0 + $1.row.size }
            case .beginIncarnation, .markReady, .collect, .lease, .probe: 256
            }
    }

    /// Whether the job may share a transaction with others.
    var isCommit: Bool {
        if case .commit = self.work { true } else { false }
    }

    /// Whether the job is done although its caller was cancelled.
    var outlivesCancellation: Bool {
        if case .lease(let request) = self.work { request.givesUp } else { false }
    }

    var isLate: Bool { self.context.time.now >= self.context.deadline }

    /// Whether nobody waits any more.
    var isAnswered: Bool {
        self.state.withLock { state in
            switch state {
            case .new, .waiting: false
            case .answered, .over: true
            }
        }
    }

    /// Waits for the answer.
    func wait() async -> Result<Answer, BackendError> {
        await withCheckedContinuation { continuation in
            let early: Result<Answer, BackendError>? = self.state.withLock { state in
                guard case .answered(let result) = state else {
                    state = .waiting(continuation)
                    return nil
                }
                state = .over
                return result
            }
            if let early { continuation.resume(returning: early) }
        }
    }

    /// Answers the caller; only the first answer counts.
    func answer(_ result: Result<Answer, BackendError>) {
        let continuation: CheckedContinuation<Result<Answer, BackendError>, Never>? = self.state.withLock { state in
            switch state {
            case .new:
                state = .answered(result)
                return nil
            case .waiting(let continuation):
                state = .over
                return continuation
            case .answered, .over:
                return nil
            }
        }
        continuation?.resume(returning: result)
    }

    func fail(_ failure: FailureClass, _ code: ErrorCode, _ message: String, ceiling: HybridTimestamp? = nil) {
        self.answer(.failure(BackendError(failure, code, message, clockCeiling: ceiling)))
    }
}
