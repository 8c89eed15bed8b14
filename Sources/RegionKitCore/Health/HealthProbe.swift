/// How a region is asked whether it works: the plug-in point for health checks.
///
/// The check must wait for a real answer: a server that is stopped still accepts connections. It is called for all
/// regions at once, each with a deadline of its own, and may hang without hurting others.
public protocol HealthProbe: Sendable {
    /// Returns when the region works; throws the class of failure otherwise.
    func check(_ backend: any RegionBackend, in context: AttemptContext) async throws(BackendError) -> ProbeReport
}

/// The default probe: the backend's own ``RegionBackend/probe(in:)``.
public struct BackendProbe: HealthProbe {
    /// Creates the probe.
    public init() {}

    /// Asks the backend.
    public func check(
        _ backend: any RegionBackend,
        in context: AttemptContext
    ) async throws(BackendError) -> ProbeReport {
        try await backend.probe(in: context)
    }
}
