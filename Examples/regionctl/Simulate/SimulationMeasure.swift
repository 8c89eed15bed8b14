internal import RegionKitCore
internal import RegionKitTesting

/// One figure of a simulation, in the table and in the document.
struct SimulationMeasure: Sendable {
    enum Unit {
        /// From 0 to 1, shown as per cent with so many decimals.
        case share(decimals: Int)
        case count
        case milliseconds
    }

    /// What several seeds gave.
    struct Spread {
        let min: Double
        let median: Double
        let max: Double
    }

    let title: String
    /// Its name in the document.
    let name: String
    let unit: Unit
    /// Nil where a run has none, for example no failover.
    let value: @Sendable (SimulationReport) -> Double?

    private init(
        _ title: String,
        _ name: String,
        _ unit: Unit,
        _ value: @escaping @Sendable (SimulationReport) -> Double?
    ) {
        (self.title, self.name, self.unit, self.value) = (title, name, unit, value)
    }

    static let all = [
        Self("availability", "availability", .share(decimals: 3)) { $0.availability },
        Self("errors", "errors", .count) { Double($0.errors) },
        Self("p50", "p50Ms", .milliseconds) { $0.medianLatency?.milliseconds },
        Self("p99", "p99Ms", .milliseconds) { $0.latency99?.milliseconds },
        Self("stale reads", "staleReads", .count) { Double($0.staleReads) },
        Self("conflicts", "conflicts", .count) { Double($0.conflicts) },
        Self("lost writes", "lostWrites", .count) { Double($0.lostWrites) },
        Self("extra load", "extraLoad", .share(decimals: 1)) { $0.extraLoad },
        Self("route changes", "routeChanges", .count) { Double($0.routeChanges) },
        Self("failover", "failoverMs", .milliseconds) { $0.failover?.milliseconds },
        Self("failback", "failbackMs", .milliseconds) { $0.failback?.milliseconds },
        Self("violations", "violations", .count) { Double($0.violations.count) },
    ]

    /// The least, the middle and the greatest of the runs that have a value; nil when none has.
    func spread(of reports: [SimulationReport]) -> Spread? {
        let values = reports.compactMap(self.value).sorted()
        guard let first = values.first, let last = values.last else { return nil }
        let middle = values.count / 2
        let median = values.count.isMultiple(of: 2) ? (values[middle - 1] + values[middle]) / 2 : values[middle]
        return Spread(min: first, median: median, max: last)
    }

    /// For people: the median, and where the seeds differ the least and the greatest.
    func text(of reports: [SimulationReport]) -> String {
        guard let spread = self.spread(of: reports) else { return "–" }
        let (least, greatest) = (self.text(spread.min), self.text(spread.max))
        return self.text(spread.median) + (least == greatest ? "" : " (\(least)–\(greatest))")
    }

    private func text(_ value: Double) -> String {
        switch self.unit {
        case .share(let decimals):
            let scale = decimals == 1 ? 10.0 : 1000
            // Downwards: a single error among many operations must not read 100 %.
            return "\(JSON.number((value * 100 * scale + 1e-6).rounded(.down) / scale)) %"
        case .count:
            return value == value.rounded() ? Int(value).grouped : "\(JSON.number(value))"
        case .milliseconds:
            return Duration.milliseconds(value).brief
        }
    }

    func json(_ value: Double?) -> JSON {
        guard let value else { return .null }
        // Three decimals are too few for a share.
        guard case .share = self.unit else { return .number(value) }
        return JSON(Number(exactly: (value * 1e6).rounded() / 1e6)) { .decimal($0) }
    }
}
