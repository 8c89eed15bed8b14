/// Work that the engine can attempt in a region.
protocol Attemptable: Sendable {
    associatedtype Success: Sendable

    /// Whether it must be raced against its deadline even in a backend that honours deadlines.
    var needsRace: Bool { get }

    func attempt(in backend: any RegionBackend, _ context: AttemptContext) async throws(BackendError) -> Success
}

extension BackendRequest: Attemptable {
    var needsRace: Bool { false }

    func attempt(
        in backend: any RegionBackend,
        _ context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        let response = try await backend.perform(self, in: context)
        guard response.answers(self) else {
            let failure: FailureClass = self.kind == .read ? .unavailable : .unknownOutcome
            throw BackendError(failure, .protocolViolation, "the backend answered with a response of another request")
        }
        return response
    }
}

/// A caller's own work: what it throws beside a ``BackendError`` ends the operation as it is.
struct CustomWork<Value: Sendable>: Attemptable {
    let body: @Sendable (any RegionBackend, AttemptContext) async throws -> Value

    var needsRace: Bool { true }

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
}
