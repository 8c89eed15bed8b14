/// Where a store takes its time from: the system's clocks, or a clock that a test moves by hand.
///
/// All methods may be called from any thread at once.
public protocol TimeSource: Sendable {
    /// The present moment on the monotonic clock.
    var now: MonotonicInstant { get }

    /// Milliseconds since 1970-01-01T00:00:00Z on the wall clock; used for version stamps and records only.
    var wallMilliseconds: Int64 { get }

    /// Suspends until `instant`, or throws `CancellationError` as soon as the calling task is cancelled.
    func sleep(until instant: MonotonicInstant) async throws
}

extension TimeSource {
    /// Suspends for `duration`, or throws `CancellationError` as soon as the calling task is cancelled.
    public func sleep(for duration: Duration) async throws {
        try await self.sleep(until: self.now.advanced(by: duration))
    }
}
