/// A moment on the monotonic clock, in whole nanoseconds.
///
/// All deadlines, windows and cool-downs are measured with it; wall-clock time appears in version stamps alone.
/// The origin is arbitrary (on Linux the machine's start), so only differences mean something.
public struct MonotonicInstant: InstantProtocol, Sendable {
    /// Nanoseconds since the clock's arbitrary origin.
    public var nanoseconds: Int64

    /// Creates an instant from its distance to the clock's origin.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The instant `duration` later; saturates instead of overflowing.
    public func advanced(by duration: Duration) -> MonotonicInstant {
        self.advanced(byNanoseconds: duration.wholeNanoseconds)
    }

    /// The time from this instant to `other`, negative when `other` is earlier.
    public func duration(to other: MonotonicInstant) -> Duration {
        .nanoseconds(other.nanoseconds - self.nanoseconds)
    }

    /// Whether the left instant is earlier than the right one.
    public static func < (lhs: MonotonicInstant, rhs: MonotonicInstant) -> Bool {
        lhs.nanoseconds < rhs.nanoseconds
    }

    /// The instant `nanoseconds` later; saturates instead of overflowing.
    public func advanced(byNanoseconds nanoseconds: Int64) -> MonotonicInstant {
        let (sum, overflow) = self.nanoseconds.addingReportingOverflow(nanoseconds)
        return MonotonicInstant(nanoseconds: overflow ? (nanoseconds < 0 ? .min : .max) : sum)
    }
}
