/// Exponential back-off with full jitter.
package struct Backoff: Sendable, Hashable {
    /// How much longer a region can make a wait, in nanoseconds; whatever it says, it holds up no operation for more.
    private static let mostAdded: Int64 = 5_000_000_000

    private let base: Int64
    private let cap: Int64

    init(_ configuration: RetryConfiguration) {
        self.init(base: configuration.baseBackoff, cap: configuration.maximumBackoff)
    }

    /// Waits below `base` at first, then below twice as much each time, and never longer than `cap`.
    package init(base: Duration, cap: Duration) {
        self.base = base.wholeNanoseconds
        self.cap = cap.wholeNanoseconds
    }

    /// The wait before repetition number `attempt` (from zero), in nanoseconds, drawn by `random`.
    ///
    /// - Parameter asked: The wait that the region asks for.
    package func wait(attempt: Int, random: UInt64, asked: Duration? = nil) -> Int64 {
        let factor = Int64(1) << Int64(min(max(attempt, 0), 30))
        let (product, overflow) = self.base.multipliedReportingOverflow(by: factor)
        let bound = overflow ? self.cap : min(self.cap, product)
        let drawn = Int64(truncatingIfNeeded: random.multipliedFullWidth(by: UInt64(bound)).high)
        return max(drawn, min(asked?.wholeNanoseconds ?? 0, drawn + Self.mostAdded))
    }
}
