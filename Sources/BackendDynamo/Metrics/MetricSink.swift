internal import RegionKitCore

/// Where collected metrics are delivered.
protocol MetricSink: Sendable {
    /// Delivers as many of the data as go at once, from the first on; there is at least one.
    ///
    /// Returns by the deadline. Never called again before it has returned.
    func deliver(_ data: ArraySlice<MetricDatum>, deadline: MonotonicInstant) async -> MetricDelivery
}

/// What came of a delivery.
enum MetricDelivery: Hashable, Sendable {
    /// So many arrived, at least one.
    case delivered(Int)
    /// So many, at least one, will never be taken.
    case refused(Int)
    /// None arrived, as far as is known; a later time may be better.
    case failed
}
