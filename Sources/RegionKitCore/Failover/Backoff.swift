/// Exponential back-off with full jitter.
struct Backoff: Sendable, Hashable {
    private let base: Int64
    private let cap: Int64

    init(_ configuration: RetryConfiguration) {
        self.base = configuration.baseBackoff.wholeNanoseconds
        self.cap = configuration.maximumBackoff.wholeNanoseconds
    }

    /// The wait before repetition number `attempt` (from zero), in nanoseconds, drawn by `random`.
    func wait(attempt: Int, random: UInt64) -> Int64 {
        let factor = Int64(1) << Int64(min(max(attempt, 0), 30))
        let (product, overflow) = self.base.multipliedReportingOverflow(by: factor)
        let bound = overflow ? self.cap : min(self.cap, product)
        return Int64(truncatingIfNeeded: random.multipliedFullWidth(by: UInt64(bound)).high)
    }
}
