internal import RegionKitCore

/// A region that could not be opened: every operation fails with the reason.
struct BrokenBackend: RegionBackend {
    let error: BackendError

    init(_ error: BackendError) {
        self.error = error
    }

    var capabilities: BackendCapabilities { BackendCapabilities(honoursDeadlines: true) }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        throw self.error
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        throw self.error
    }

    func shutdown() async {}
}
