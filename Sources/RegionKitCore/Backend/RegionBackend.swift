/// One table's replica in one region: the plug-in point for stores that do everything themselves.
///
/// All operations go through one method, so that whatever stands around a backend (the engine, fault injection,
/// recording, a bulkhead) is written once and a new operation breaks no wrapper. Plain stores that only keep versioned
/// rows implement ``ReplicaStore`` instead and get the rest from ``ReplicaBackend``.
///
/// What an implementation owes:
/// - Every method may be called any number of times at once, from any thread.
/// - An error carries exactly one ``FailureClass``. For a write the class must never claim more than is known: when
///   the write may have been done, it is ``FailureClass/unknownOutcome``.
/// - Nothing is retried inside: retries live in the engine alone.
/// - With ``BackendCapabilities/honoursDeadlines``, `perform` and `probe` return by ``AttemptContext/deadline``
///   + 50 ms, whatever happens underneath. Without it the engine races them against a timer.
/// - Cancelling the calling task ends the attempt soon and frees what it holds.
///
/// Check an implementation with `BackendConformance` of the product RegionKitTesting.
public protocol RegionBackend: Sendable {
    /// What this backend can do. Constant for the backend's life.
    var capabilities: BackendCapabilities { get }

    /// Performs one attempt of one operation.
    ///
    /// The response's case matches the request's: see ``BackendResponse``.
    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse

    /// Shows that the region works by a real read, waiting for the answer; a connection alone proves nothing.
    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport

    /// Ends the backend: work under way is finished or failed, resources are freed. Calling it again does nothing.
    func shutdown() async
}
