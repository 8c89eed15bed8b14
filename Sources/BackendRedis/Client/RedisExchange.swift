internal import RegionKitCore
internal import Synchronization

/// A command on its way, and the caller who waits for the reply.
final class RedisExchange: Sendable {
    typealias Answer = Result<RedisValue, RedisError>

    let command: RedisCommand
    let deadline: MonotonicInstant
    /// Set before the loop is told, so that a cancellation that overtakes the command is not lost.
    let isCancelled = Atomic(false)
    private let continuation = Mutex<CheckedContinuation<Answer, Never>?>(nil)

    init(_ command: RedisCommand, deadline: MonotonicInstant) {
        self.command = command
        self.deadline = deadline
    }

    /// Takes the caller's continuation.
    func begin(_ continuation: CheckedContinuation<Answer, Never>) {
        self.continuation.withLock { $0 = continuation }
    }

    /// Resumes the caller, once.
    func answer(_ answer: Answer) {
        self.continuation.withLock { $0.take() }?.resume(returning: answer)
    }
}
