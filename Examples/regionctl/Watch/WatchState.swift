internal import RegionKitCore

/// What a watch has seen: the last checks of each region, how all does now, and what has changed.
///
/// A pure value.
struct WatchState: Sendable {
    /// What one check of a region said.
    enum Mark: Hashable, Sendable {
        case latency(Duration)
        case fault
        /// None was made, because the region is left alone for a while.
        case none
    }

    /// Marks kept of each region, and events kept at all.
    static let markLimit = 240
    static let eventLimit = 200
    /// Without a check for so long, a region is shown as not checked.
    private static let patience = Duration.milliseconds(1500)

    let title: String
    private(set) var report: StatusReport?
    private(set) var marks: [Region: [Mark]] = [:]
    private(set) var events: [LogEntry] = []
    private var marked: [Region: MonotonicInstant] = [:]
    /// What was last told of each region.
    private var told: [Region: String] = [:]

    init(title: String) {
        self.title = title
    }

    /// A region was checked.
    mutating func checked(_ region: Region, _ mark: Mark, at now: MonotonicInstant) {
        self.marked[region] = now
        self.marks[region, default: []].append(mark)
        if self.marks[region, default: []].count > Self.markLimit { self.marks[region]?.removeFirst() }
    }

    /// Something happened.
    mutating func happened(_ entry: LogEntry) {
        self.events.append(entry, keeping: Self.eventLimit)
    }

    /// How all does now.
    ///
    /// - Returns: What has changed, one for each region at most.
    mutating func update(_ report: StatusReport, at now: MonotonicInstant) -> [LogEntry] {
        for region in report.regions.map(\.region) {
            if let last = self.marked[region], last.duration(to: now) > Self.patience {
                self.checked(region, .none, at: last.advanced(by: .seconds(1)))
            }
        }
        self.report = report
        // That nothing is known at first is no news.
        let changes = report.regions.filter { $0.status != .unknown }.compactMap { health -> LogEntry? in
            let summary = report.summary(of: health)
            guard self.told.updateValue(summary, forKey: health.region) != summary else { return nil }
            return LogEntry(
                wallMilliseconds: report.wallMilliseconds,
                region: health.region,
                text: summary,
                style: health.status.style
            )
        }
        for change in changes { self.happened(change) }
        return changes
    }
}

extension StatusReport {
    /// How a region does, in a few words that stay the same while nothing changes.
    func summary(of health: RegionHealth) -> String {
        var words = [
            health.reads == health.writes
                ? health.status.rawValue : "reads \(health.reads.rawValue), writes \(health.writes.rawValue)"
        ]
        if let control = health.control { words.append(control) }
        if let progress = health.progress { words.append(progress) }
        let serves = [(self.reads, "reads"), (self.writes, "writes")].filter { $0.0 == health.region }.map(\.1)
        if !serves.isEmpty { words.append("serves \(serves.joined(separator: " and "))") }
        return words.joined(separator: ", ")
    }
}

extension RegionHealth {
    /// What was decided by hand.
    var control: String? {
        self.isEvacuated ? "evacuated" : self.isPreferred ? "preferred" : nil
    }

    /// How far its traffic has returned, while it does.
    var progress: String? {
        guard self.isRecovering, self.reads != .unhealthy, !self.isEvacuated else { return nil }
        let percent = Int((self.readShare * 100).rounded())
        return percent == 0 ? "awaits its traffic" : "reads \(percent) % back"
    }
}
