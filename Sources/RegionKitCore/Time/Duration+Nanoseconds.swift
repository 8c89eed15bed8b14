extension Duration {
    /// The duration in whole nanoseconds, rounded towards zero and saturated to the range of `Int64` (± 292 years).
    public var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }

    /// The duration in milliseconds, fractions included; for display and metrics.
    public var milliseconds: Double {
        Double(self.wholeNanoseconds) / 1_000_000
    }
}
