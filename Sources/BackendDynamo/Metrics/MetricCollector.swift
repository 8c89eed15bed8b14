internal import RegionKitCore
internal import Synchronization

/// Collects metrics and delivers them at each interval: what the observers have in common.
final class MetricCollector: Sendable {
    /// How long the last delivery may take, after the task was cancelled.
    private static let lastDelivery = Duration.seconds(2)

    private let sink: any MetricSink
    private let interval: Duration
    private let time: any TimeSource
    private let aggregate: Mutex<MetricAggregate>

    init(_ configuration: MetricsConfiguration, _ sink: any MetricSink, time: any TimeSource) {
        self.sink = sink
        self.interval = configuration.interval
        self.time = time
        self.aggregate = Mutex(MetricAggregate(configuration))
    }

    /// How many observations were lost so far.
    var losses: Int { self.aggregate.withLock { $0.losses } }

    func report(_ event: RegionEvent) {
        self.aggregate.withLock { $0.happened(event.kind) }
    }

    /// Delivers until the task is cancelled, and then what has come since.
    func run() async {
        while (try? await self.time.sleep(for: self.interval)) != nil {
            await self.flush(within: min(self.interval, .seconds(30)))
        }
        // A task of its own: what a cancelled one sends is cancelled at once. It is waited for.
        await Task { await self.flush(within: Self.lastDelivery) }.value
        self.aggregate.withLock { $0.giveUp() }
    }

    private func flush(within limit: Duration) async {
        let deadline = self.time.now.advanced(by: limit)
        var data = self.aggregate.withLock { $0.take(at: self.time.wallMilliseconds) }
        loop: while !data.isEmpty, self.time.now < deadline {
            switch await self.sink.deliver(data, deadline: deadline) {
            case .delivered(let count):
                data = data.dropFirst(count)
            case .refused(let count):
                self.aggregate.withLock { $0.lose(data.prefix(count)) }
                data = data.dropFirst(count)
            case .failed:
                break loop
            }
        }
        self.aggregate.withLock { $0.keep(data) }
    }
}
