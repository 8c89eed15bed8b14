/// What was collected of one series between two flushes: values and how often each came.
struct MetricDatum: Hashable, Sendable {
    struct Value: Hashable, Sendable {
        /// In thousandths of the series' unit.
        var thousandths: Int64
        var count: Int
    }

    var series: MetricSeries
    /// When it ended.
    var wallMilliseconds: Int64
    /// Ascending; never empty.
    var values: [Value]

    /// How many observations there are.
    var count: Int { self.values.reduce(0) { $0 + $1.count } }
}
