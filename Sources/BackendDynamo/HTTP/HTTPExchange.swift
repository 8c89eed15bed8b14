internal import RegionKitCore
internal import Synchronization

/// A request on its way, and the caller who waits for the answer.
final class HTTPExchange: Sendable {
    typealias Answer = Result<HTTPResponse, HTTPError>

    let request: HTTPRequest
    let deadline: MonotonicInstant
    /// Set before the loop is told, so that a cancellation that overtakes the request is not lost.
    let isCancelled = Atomic(false)
    private let continuation = Mutex<CheckedContinuation<Answer, Never>?>(nil)

    init(_ request: HTTPRequest, deadline: MonotonicInstant) {
        self.request = request
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
