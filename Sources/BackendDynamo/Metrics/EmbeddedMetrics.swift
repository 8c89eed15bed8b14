internal import Foundation
public import RegionKitCore

/// Writes the metrics of a store as lines that CloudWatch Logs makes metrics of (the embedded metric format): see
/// ``MetricsConfiguration`` for their names.
///
/// For programs whose output goes to CloudWatch Logs, as those of Lambda and of containers may; no permission is needed.
/// It is given to the store as an observer, which collects, and as a service, which writes once a minute and at the end.
///
/// A line has at most 100 values of a series. Of more observations those are written that are evenly spaced in their
/// order, the least and the greatest among them: percentiles hold, and the number of samples is 100. ``CloudWatchMetrics``
/// has no such limit. `FailoverCount` is one number, their sum.
public final class EmbeddedMetrics: RegionObserver, StoreService {
    private let collector: MetricCollector

    /// Prepares the observer.
    ///
    /// - Parameters:
    ///   - configuration: Names, times and bounds.
    ///   - time: The clocks.
    ///   - write: Takes a line, one JSON object without the line's end; nil for standard output. It must return soon. When
    ///     it throws, the line is given to it again at the next flush.
    /// - Throws: ``ConfigurationError`` naming what cannot work.
    public init(
        _ configuration: MetricsConfiguration = MetricsConfiguration(),
        time: any TimeSource = SystemTime(),
        write: (@Sendable (_ line: String) throws -> Void)? = nil
    ) throws(ConfigurationError) {
        try configuration.validate()
        let sink = EmbeddedMetricSink(
            configuration,
            write ?? { try FileHandle.standardOutput.write(contentsOf: Data(($0 + "\n").utf8)) }
        )
        self.collector = MetricCollector(configuration, sink, time: time)
    }

    /// How many observations were lost so far: events that the store dropped because they came too fast, those without
    /// room among the series, and what could not be written in time.
    public var losses: Int { self.collector.losses }

    /// Collects; never waits.
    public func report(_ event: RegionEvent) {
        self.collector.report(event)
    }

    /// Writes what was collected at each interval until the task is cancelled, and then what is left.
    public func run() async {
        await self.collector.run()
    }

    /// Nil: it has nothing to do with replication.
    public func replicationLag(of region: Region) -> Duration? { nil }
}
