/// Work that the engine can attempt in a region.
protocol Attemptable: Sendable {
    associatedtype Success: Sendable

    /// The operation's name in events.
    var name: StaticString { get }

    /// Whether it is a caller's own code: raced against its deadline even in a backend that honours deadlines, and not
    /// repeated after an unknown outcome even in one that remembers operation ids.
    var isCallersOwn: Bool { get }

    func attempt(in backend: any RegionBackend, _ context: AttemptContext) async throws(BackendError) -> Success

    /// Whether nothing that comes of it says anything about the region's health for the operation's kind.
    var isNeutral: Bool { get }

    /// Whether a result says nothing about the region: an error of the caller's own code.
    func isCallersError(_ success: Success) -> Bool
}

extension Attemptable {
    var isNeutral: Bool { false }

    func isCallersError(_ success: Success) -> Bool { false }
}

/// A request, and what of the response is wanted; nil when the response is not one of this request.
struct RequestWork<Success: Sendable>: Attemptable {
    let request: BackendRequest
    let result: @Sendable (BackendResponse) -> Success?

    var name: StaticString { self.request.name }
    var isCallersOwn: Bool { false }

    /// What became of a write is told by a read in some backends.
    var isNeutral: Bool {
        if case .resolve = self.request { true } else { false }
    }

    func attempt(in backend: any RegionBackend, _ context: AttemptContext) async throws(BackendError) -> Success {
        guard let result = self.result(try await backend.perform(self.request, in: context)) else {
            let failure: FailureClass = self.request.kind == .read ? .unavailable : .unknownOutcome
            throw BackendError(failure, .protocolViolation, "the backend answered with a response of another request")
        }
        return result
    }
}

/// A caller's own work: what it throws beside a ``BackendError`` ends the operation as it is.
struct CustomWork<Value: Sendable>: Attemptable {
    let body: @Sendable (any RegionBackend, AttemptContext) async throws -> Value

    var name: StaticString { "custom" }
    var isCallersOwn: Bool { true }

    func attempt(
        in backend: any RegionBackend,
        _ context: AttemptContext
    ) async throws(BackendError) -> Result<Value, any Error> {
        do {
            return .success(try await self.body(backend, context))
        } catch let error as BackendError {
            throw error
        } catch {
            return .failure(error)
        }
    }

    func isCallersError(_ success: Result<Value, any Error>) -> Bool {
        if case .failure = success { true } else { false }
    }
}
