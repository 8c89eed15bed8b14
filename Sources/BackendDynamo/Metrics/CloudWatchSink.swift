internal import RegionKitCore

/// Sends metrics with CloudWatch's operation PutMetricData.
///
/// Reference: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>
struct CloudWatchSink: MetricSink {
    private static let target = "GraniteServiceVersion20100801.PutMetricData"
    /// The most values of one metric datum, the most data of one request, and the most bytes of its body.
    private static let (mostValues, mostData, mostBytes) = (150, 1000, 1_000_000)

    private let service: ServiceClient
    private let head: String
    private let dimensions: [(name: String, value: String)]

    init(_ service: ServiceClient, _ configuration: MetricsConfiguration) {
        self.service = service
        self.head = "{\"Namespace\":\(JSON.string(configuration.namespace)),\"MetricData\":["
        self.dimensions = configuration.sortedDimensions
    }

    func deliver(_ data: ArraySlice<MetricDatum>, deadline: MonotonicInstant) async -> MetricDelivery {
        let (body, count) = self.request(data)
        do throws(BackendError) {
            switch try await self.service.call(Self.target, body, .write, deadline: deadline) {
            case .success: return .delivered(count)
            case .failure(let fault):
                let isRefused = fault.status == 413 || fault.backendError(for: .write).code == .validation
                return isRefused ? .refused(count) : .failed
            }
        } catch {
            return .failed
        }
    }

    /// A body of as many data as one request may carry, at least one, and how many these are.
    private func request(_ data: ArraySlice<MetricDatum>) -> (body: [UInt8], count: Int) {
        var (parts, size, count) = ([String](), self.head.utf8.count + 2, 0)
        for datum in data {
            let new = self.parts(of: datum)
            let newSize = new.reduce(0) { $0 + $1.utf8.count + 1 }
            guard count == 0 || (parts.count + new.count <= Self.mostData && size + newSize <= Self.mostBytes) else {
                break
            }
            parts += new
            size += newSize
            count += 1
        }
        return (Array((self.head + parts.joined(separator: ",") + "]}").utf8), count)
    }

    /// The datum in parts of as many values as one may have.
    private func parts(of datum: MetricDatum) -> [String] {
        let dimensions = (datum.series.dimensions + self.dimensions).map { name, value -> JSON in
            ["Name": .string(name), "Value": .string(value)]
        }
        return stride(from: 0, to: datum.values.count, by: Self.mostValues).map { start in
            let values = datum.values[start...].prefix(Self.mostValues)
            let part: JSON = [
                "MetricName": .string(datum.series.name),
                "Dimensions": .array(dimensions),
                "Timestamp": .integer(Int(datum.wallMilliseconds / 1000)),
                "Values": .array(values.map { .number(Double($0.thousandths) / 1000) }),
                "Counts": .array(values.map { .integer($0.count) }),
                "Unit": .string(datum.series.unit),
            ]
            return part.description
        }
    }
}
