internal import RegionKitCore

/// Collects a store's events as metrics, and keeps what could not be delivered; bounded.
struct MetricAggregate: Sendable {
    private struct Statuses: Sendable {
        var reads = RegionStatus.unknown
        var writes = RegionStatus.unknown

        /// The worse of those that are known, as `RegionHealth` says it.
        var value: Int64? {
            switch [self.reads, self.writes].filter({ $0 != .unknown }).max() {
            case .healthy: 2
            case .degraded: 1
            case .unhealthy: 0
            case .unknown, nil: nil
            }
        }
    }

    private let maximumSeries: Int
    private let maximumWaiting: Int
    /// How often each value came, by series; values in thousandths of the series' unit.
    private var collected: [MetricSeries: [Int64: Int]] = [:]
    private var statuses: [Region: Statuses] = [:]
    private var waiting: ArraySlice<MetricDatum> = []
    /// How many observations were lost.
    private(set) var losses = 0

    init(_ configuration: MetricsConfiguration) {
        self.maximumSeries = configuration.maximumSeries
        self.maximumWaiting = configuration.maximumWaiting
    }

    /// Collects what an event says.
    mutating func happened(_ event: RegionEvent.Kind) {
        switch event {
        case .attemptEnded(_, _, .overloaded, _):
            break  // The region was not asked.
        case .attemptEnded(let region, let operation, _, let duration):
            self.add(Self.rounded(duration), to: .latency(region, operation: operation))
        case .failedOver(_, let from, let to, let failure):
            self.add(1000, to: .failovers(from: from, to: to, reason: failure.rawValue))
        case .routeChanged(_, let from, let to, let reason):
            self.add(1000, to: .failovers(from: from, to: to, reason: reason.rawValue))
        case .statusChanged(let region, let kind, _, let status):
            self.note(region) { statuses in
                switch kind {
                case .read: statuses.reads = status
                case .write: statuses.writes = status
                }
            }
        case .healthSampled(let health):
            self.note(health.region) { $0 = Statuses(reads: health.reads, writes: health.writes) }
            if let lag = health.replicationLag { self.add(Self.rounded(lag), to: .lag(health.region)) }
        case .eventsLost(let count):
            self.losses += count
        case .probeEnded, .evacuated, .preferred, .restored, .monitorStalled, .service:
            break
        }
    }

    /// Ends an interval and gives out what is to be delivered, the oldest first.
    mutating func take(at wallMilliseconds: Int64) -> ArraySlice<MetricDatum> {
        for (region, statuses) in self.statuses where self.collected[.health(region)] == nil {
            if let value = statuses.value { self.add(value * 1000, to: .health(region)) }
        }
        let new = self.collected.map { series, counts in
            MetricDatum(
                series: series,
                wallMilliseconds: wallMilliseconds,
                values: counts.map { MetricDatum.Value(thousandths: $0, count: $1) }
                    .sorted { $0.thousandths < $1.thousandths }
            )
        }
        self.collected = [:]
        defer { self.waiting = [] }
        return self.waiting + new
    }

    /// Keeps what could not be delivered, as far as there is room.
    mutating func keep(_ rest: ArraySlice<MetricDatum>) {
        let excess = max(0, rest.count - self.maximumWaiting)
        self.lose(rest.prefix(excess))
        self.waiting = rest.dropFirst(excess)
    }

    /// Loses what is there: nobody comes for it any more.
    mutating func giveUp() {
        self.lose(self.waiting)
        self.waiting = []
        self.losses += self.collected.values.reduce(0) { $0 + $1.values.reduce(0, +) }
        self.collected = [:]
    }

    /// Counts what nobody will deliver.
    mutating func lose(_ data: ArraySlice<MetricDatum>) {
        self.losses += data.reduce(0) { $0 + $1.count }
    }

    private mutating func add(_ value: Int64, to series: MetricSeries) {
        let isKnown = self.collected[series] != nil
        guard isKnown || (self.collected.count < self.maximumSeries && series.isValid) else {
            self.losses += 1
            return
        }
        self.collected[series, default: [:]][value, default: 0] += 1
    }

    private mutating func note(_ region: Region, _ change: (inout Statuses) -> Void) {
        guard self.statuses[region] != nil || self.statuses.count < self.maximumSeries else { return }
        change(&self.statuses[region, default: Statuses()])
        if let value = self.statuses[region]?.value { self.add(value * 1000, to: .health(region)) }
    }

    /// Milliseconds in thousandths, of six significant bits; at most 2⁴⁰ (12 days).
    static func rounded(_ duration: Duration) -> Int64 {
        let exact = (min(max(0, duration.wholeNanoseconds), 1000 << 40) + 500) / 1000
        let spare = Int64.bitWidth - exact.leadingZeroBitCount - 6
        guard spare > 0 else { return exact }
        let half: Int64 = 1 << (spare - 1)
        return ((exact + half) >> spare) << spare
    }
}
