internal import RegionKitCore

/// Writes metrics as lines of CloudWatch's embedded metric format, one for each series.
///
/// Reference: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
struct EmbeddedMetricSink: MetricSink {
    /// The most values that a member of a line may have.
    private static let mostValues = 100

    private let namespace: String
    private let dimensions: [(name: String, value: String)]
    private let write: @Sendable (String) throws -> Void

    init(_ configuration: MetricsConfiguration, _ write: @escaping @Sendable (String) throws -> Void) {
        self.namespace = configuration.namespace
        self.dimensions = configuration.sortedDimensions
        self.write = write
    }

    func deliver(_ data: ArraySlice<MetricDatum>, deadline: MonotonicInstant) async -> MetricDelivery {
        var count = 0
        for datum in data {
            guard (try? self.write(self.line(datum).description)) != nil else { break }
            count += 1
        }
        return count > 0 ? .delivered(count) : .failed
    }

    private func line(_ datum: MetricDatum) -> JSON {
        let dimensions = datum.series.dimensions + self.dimensions
        let directive: JSON = [
            "Namespace": .string(self.namespace),
            "Dimensions": [.array(dimensions.map { .string($0.name) })],
            "Metrics": [["Name": .string(datum.series.name), "Unit": .string(datum.series.unit)]],
        ]
        let head: JSON = [
            "Timestamp": .integer(Int(datum.wallMilliseconds)), "CloudWatchMetrics": [directive],
        ]
        let members =
            [JSON.Member(name: "_aws", value: head)]
            + dimensions.map { JSON.Member(name: $0.name, value: .string($0.value)) }
        return .object(members + [JSON.Member(name: datum.series.name, value: self.values(of: datum))])
    }

    /// All values, or as many as a line may have, evenly spaced in their order, the least and the greatest among them; of
    /// what is counted the sum.
    private func values(of datum: MetricDatum) -> JSON {
        let total = datum.count
        if case .failovers = datum.series { return .integer(total) }
        let count = min(total, Self.mostValues)
        var (position, end) = (0, datum.values.first?.count ?? 0)
        return .array(
            (0..<count).map { index in
                let rank = count > 1 ? index * (total - 1) / (count - 1) : 0
                while rank >= end {
                    position += 1
                    end += datum.values[position].count
                }
                return .number(Double(datum.values[position].thousandths) / 1000)
            }
        )
    }
}
