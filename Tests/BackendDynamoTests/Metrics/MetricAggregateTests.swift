import RegionKitCore
import Testing

@testable import BackendDynamo

struct MetricAggregateTests {
    private static let wall: Int64 = 1_700_000_000_000

    private func aggregate(_ change: (inout MetricsConfiguration) -> Void = { _ in }) -> MetricAggregate {
        var configuration = MetricsConfiguration()
        change(&configuration)
        return MetricAggregate(configuration)
    }

    private func sample(_ reads: RegionStatus, _ writes: RegionStatus, lag: Duration? = nil) -> RegionEvent.Kind {
        .healthSampled(RegionHealth(region: "us-east-1", reads: reads, writes: writes, replicationLag: lag))
    }

    private func value(_ thousandths: Int64, _ count: Int = 1) -> MetricDatum.Value {
        MetricDatum.Value(thousandths: thousandths, count: count)
    }

    /// The values of one series.
    private func values(_ data: ArraySlice<MetricDatum>, of series: MetricSeries) -> [MetricDatum.Value]? {
        data.first { $0.series == series }?.values
    }

    @Test func `a duration is rounded by at most 1 in 64, so that few values come of many`() {
        var distinct: Set<Int64> = []
        var microseconds: Int64 = 1
        while microseconds < 100_000_000 {
            let rounded = MetricAggregate.rounded(.microseconds(microseconds))
            #expect(abs(rounded - microseconds) * 64 <= microseconds)
            distinct.insert(rounded)
            microseconds += 1 + microseconds / 500
        }
        #expect(distinct.count > 500 && distinct.count < 800)
        #expect(MetricAggregate.rounded(.nanoseconds(-5)) == 0)
        #expect(MetricAggregate.rounded(.nanoseconds(Int64.max)) <= 1 << 40)
    }

    @Test func `O1 attempts are counted by region and operation, those that never left the process are not`() {
        var aggregate = self.aggregate()
        for _ in 0..<3 { aggregate.happened(.attemptEnded("us-east-1", operation: "get", nil, .milliseconds(2))) }
        aggregate.happened(.attemptEnded("us-east-1", operation: "get", .unknownOutcome, .milliseconds(1000)))
        aggregate.happened(.attemptEnded("us-east-1", operation: "get", .overloaded, .zero))
        aggregate.happened(.attemptEnded("us-east-1", operation: "put", nil, .milliseconds(4)))
        let data = aggregate.take(at: Self.wall)
        #expect(data.count == 2 && data.allSatisfy { $0.wallMilliseconds == Self.wall })
        let gets = self.values(data, of: .latency("us-east-1", operation: "get"))
        #expect(gets == [self.value(2016, 3), self.value(999_424)])
        #expect(self.values(data, of: .latency("us-east-1", operation: "put")) == [self.value(4032)])
    }

    @Test func `O1 failovers are counted by from, to and reason`() {
        var aggregate = self.aggregate()
        aggregate.happened(.routeChanged(.write, from: "a", to: "b", reason: .unhealthy))
        for _ in 0..<5 { aggregate.happened(.failedOver(.read, from: "a", to: "b", .notSent)) }
        let data = aggregate.take(at: Self.wall)
        #expect(self.values(data, of: .failovers(from: "a", to: "b", reason: "unhealthy")) == [self.value(1000)])
        #expect(self.values(data, of: .failovers(from: "a", to: "b", reason: "notSent")) == [self.value(1000, 5)])
        #expect(data.count == 2)
    }

    @Test(
        arguments: [
            (.healthy, .healthy, 2), (.healthy, .unknown, 2), (.degraded, .healthy, 1), (.healthy, .unhealthy, 0),
            (.unknown, .unhealthy, 0), (.unknown, .unknown, nil),
        ] as [(RegionStatus, RegionStatus, Int64?)]
    )
    func `O1 a region's health is the worse of what is known, and no data point while nothing is`(
        _ reads: RegionStatus,
        _ writes: RegionStatus,
        _ expected: Int64?
    ) {
        var aggregate = self.aggregate()
        aggregate.happened(self.sample(reads, writes))
        let data = aggregate.take(at: Self.wall)
        #expect(self.values(data, of: .health("us-east-1")) == expected.map { [self.value($0 * 1000)] })
        #expect(data.count == (expected == nil ? 0 : 1))
    }

    @Test func `O1 health has a data point in each interval, and a fall within one is not forgotten`() {
        var aggregate = self.aggregate()
        aggregate.happened(self.sample(.healthy, .unknown))
        _ = aggregate.take(at: Self.wall)
        #expect(self.values(aggregate.take(at: Self.wall), of: .health("us-east-1")) == [self.value(2000)])
        aggregate.happened(.statusChanged("us-east-1", .read, from: .healthy, to: .unhealthy))
        aggregate.happened(.statusChanged("us-east-1", .read, from: .unhealthy, to: .healthy))
        let fallen = self.values(aggregate.take(at: Self.wall), of: .health("us-east-1"))
        #expect(fallen == [self.value(0), self.value(2000)])
        #expect(self.values(aggregate.take(at: Self.wall), of: .health("us-east-1")) == [self.value(2000)])
    }

    @Test func `lag is told where it is known`() {
        var aggregate = self.aggregate()
        aggregate.happened(self.sample(.healthy, .healthy))
        #expect(self.values(aggregate.take(at: Self.wall), of: .lag("us-east-1")) == nil)
        aggregate.happened(self.sample(.healthy, .healthy, lag: .milliseconds(1500)))
        // 1,500,000 µs in steps of 2¹⁵.
        #expect(self.values(aggregate.take(at: Self.wall), of: .lag("us-east-1")) == [self.value(1_507_328)])
        #expect(self.values(aggregate.take(at: Self.wall), of: .lag("us-east-1")) == nil)
    }

    @Test func `what has no room is lost and counted, and so is what CloudWatch would refuse`() {
        var aggregate = self.aggregate { $0.maximumSeries = 2 }
        for name in ["a", "b", "c"] {
            for _ in 0..<4 { aggregate.happened(.attemptEnded("r", operation: name, nil, .milliseconds(1))) }
        }
        #expect(aggregate.losses == 4)
        aggregate.happened(.eventsLost(7))
        #expect(aggregate.losses == 11)
        #expect(aggregate.take(at: Self.wall).count == 2)
        for name in ["", " ", "caf\u{e9}", "a\nb", String(repeating: "x", count: 256)] {
            aggregate.happened(.attemptEnded("r", operation: name, nil, .milliseconds(1)))
        }
        #expect(aggregate.losses == 16 && aggregate.take(at: Self.wall).isEmpty)
    }

    @Test func `what could not be delivered is kept, and the oldest is lost and counted when there is no room`() {
        var aggregate = self.aggregate { $0.maximumWaiting = 3 }
        var oldest: ArraySlice<MetricDatum> = []
        for minute in 0..<3 {
            for name in ["get", "put"] {
                for _ in 0..<5 { aggregate.happened(.attemptEnded("r", operation: name, nil, .milliseconds(1))) }
            }
            let data = aggregate.take(at: Int64(minute))
            if minute == 0 { oldest = data }
            #expect(data.count == min(2 * (minute + 1), 5))
            #expect(data.map(\.wallMilliseconds) == data.map(\.wallMilliseconds).sorted())
            aggregate.keep(data)
        }
        #expect(oldest.count == 2)
        #expect(aggregate.losses == 15)
        #expect(aggregate.take(at: 9).map(\.wallMilliseconds) == [1, 2, 2])
    }

    @Test(
        arguments: [
            ("", [:], "metrics.namespace"), ("AWS/Lambda", [:], "metrics.namespace"), ("a b", [:], "metrics.namespace"),
            ("é", [:], "metrics.namespace"), (String(repeating: "n", count: 256), [:], "metrics.namespace"),
            ("n", ["": "v"], "metrics.dimensions"), ("n", ["Region": "v"], "metrics.dimensions"),
            ("n", ["_aws": "v"], "metrics.dimensions"), ("n", [":a": "v"], "metrics.dimensions"),
            ("n", ["a": ""], "metrics.dimensions.a"), ("n", ["a": "\u{7f}"], "metrics.dimensions.a"),
            ("n", Dictionary(uniqueKeysWithValues: (0..<28).map { ("d\($0)", "v") }), "metrics.dimensions"),
        ] as [(String, [String: String], String)]
    )
    func `names that CloudWatch refuses are refused at the start`(
        _ namespace: String,
        _ dimensions: [String: String],
        _ field: String
    ) {
        var configuration = MetricsConfiguration()
        configuration.namespace = namespace
        configuration.dimensions = dimensions
        let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
        #expect(error?.field == field)
        let instead = #expect(throws: ConfigurationError.self) { try EmbeddedMetrics(configuration) }
        #expect(instead == error)
    }
}
