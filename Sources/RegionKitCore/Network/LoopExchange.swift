package import Synchronization

/// A request on its way to a client's loop, and the caller who waits for the answer.
///
/// Inlinable like ``LoopMailbox``, so that each client has its own specialised code.
package final class LoopExchange<Request: Sendable, Response: Sendable, Failure: Error>: Sendable {
    package typealias Answer = Result<Response, Failure>

    /// What is asked.
    package let request: Request
    /// When nobody waits any more.
    package let deadline: MonotonicInstant
    @usableFromInline let cancellation = Atomic(false)
    @usableFromInline let continuation = Mutex<CheckedContinuation<Answer, Never>?>(nil)

    /// Prepares a request.
    @inlinable package init(_ request: Request, deadline: MonotonicInstant) {
        self.request = request
        self.deadline = deadline
    }

    /// Whether the caller's task was cancelled; set before the loop is told, so that a cancellation that overtakes the
    /// request is not lost.
    @inlinable package var isCancelled: Bool { self.cancellation.load(ordering: .sequentiallyConsistent) }

    /// Resumes the caller, once.
    @inlinable package func answer(_ answer: Answer) {
        self.continuation.withLock { $0.take() }?.resume(returning: answer)
    }
}
