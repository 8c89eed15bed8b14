internal import Synchronization

/// One attempt against the clock, for backends that do not keep to deadlines by themselves.
///
/// The attempt runs in a task of its own, because a task group cannot leave a hanging child behind. The caller gets the
/// first of: the attempt's result, the deadline, its own cancellation. An attempt that loses is cancelled and, whenever
/// it truly ends, reports so.
final class AttemptRace<Success: Sendable>: Sendable {
    private enum State {
        case running(CheckedContinuation<Result<Success, BackendError>, Never>?)
        case decided(Result<Success, BackendError>)
        case answered
    }

    private let state = Mutex<State>(.running(nil))

    private init() {}

    /// Runs `body` until it ends or the deadline passes.
    ///
    /// - Parameters:
    ///   - executor: Where its tasks run; nil for the default.
    ///   - ended: Called once when `body` has ended: before this method returns its result, or perhaps long after.
    static func run(
        until deadline: MonotonicInstant,
        on time: any TimeSource,
        executor: (any TaskExecutor)? = nil,
        _ body: @escaping @Sendable () async throws(BackendError) -> Success,
        ended: @escaping @Sendable () -> Void
    ) async throws(BackendError) -> Success {
        let race = AttemptRace()
        let attempt = Task(executorPreference: executor) {
            let result: Result<Success, BackendError>
            do throws(BackendError) { result = .success(try await body()) } catch { result = .failure(error) }
            ended()
            race.decide(result)
        }
        let timer = Task(executorPreference: executor) {
            do { try await time.sleep(until: deadline) } catch { return }
            race.decide(
                .failure(BackendError(.unknownOutcome, .deadlineExceeded, "no answer within the attempt's time"))
            )
        }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { race.await($0) }
        } onCancel: {
            race.decide(.failure(BackendError(.unknownOutcome, .cancelled, "the caller was cancelled")))
        }
        timer.cancel()
        attempt.cancel()
        return try result.get()
    }

    private func await(_ continuation: CheckedContinuation<Result<Success, BackendError>, Never>) {
        let decided: Result<Success, BackendError>? = self.state.withLock { state in
            guard case .decided(let result) = state else {
                state = .running(continuation)
                return nil
            }
            state = .answered
            return result
        }
        if let decided { continuation.resume(returning: decided) }
    }

    private func decide(_ result: Result<Success, BackendError>) {
        let waiting: CheckedContinuation<Result<Success, BackendError>, Never>? = self.state.withLock { state in
            guard case .running(let continuation) = state else { return nil }
            state = continuation == nil ? .decided(result) : .answered
            return continuation
        }
        waiting?.resume(returning: result)
    }
}
