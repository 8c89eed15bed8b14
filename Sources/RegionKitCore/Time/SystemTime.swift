internal import Dispatch
internal import Foundation

/// The system's own clocks.
public struct SystemTime: TimeSource {
    /// Creates a time source over the system's clocks.
    public init() {}

    /// The present moment of the machine's uptime clock.
    public var now: MonotonicInstant {
        MonotonicInstant(nanoseconds: Int64(truncatingIfNeeded: DispatchTime.now().uptimeNanoseconds))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var wallMilliseconds: Int64 {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    /// Suspends until `instant`, or throws `CancellationError` when the task is cancelled.
    public func sleep(until instant: MonotonicInstant) async throws {
        try await Task.sleep(for: self.now.duration(to: instant), clock: .continuous)
    }
}
