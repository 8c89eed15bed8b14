internal import RegionKitCore

/// Works out replication lag from heartbeats: numbers that each region counts up, and that its peers' copies show later.
///
/// Regions are known by position. Only this process's own monotonic clock is used: when it first knew a number to be in
/// the region that counts it, and when it saw which number elsewhere.
struct HeartbeatMachine: Sendable {
    /// A number, and when it was first known to be in the region that counts it.
    private struct Beat: Sendable {
        var number: Int64
        var known: MonotonicInstant
    }

    /// What one region's copy last showed of another's heartbeat.
    private struct Sight: Sendable {
        var number: Int64
        var lag: Duration
    }

    /// How many beats of a region are remembered; a lag beyond the oldest is given as if it began there.
    private static let mostBeats = 256

    /// How old what was read may be.
    private let patience: Duration
    private var beats: [[Beat]]
    /// By the region that was read, then by the one that counts.
    private var sights: [[Sight?]]
    /// When each region last answered; nil when it did not at the last reading.
    private var answered: [MonotonicInstant?]
    /// What each region's number was a round ago.
    private var previous: [Int64?]

    init(regions: Int, patience: Duration) {
        self.patience = patience
        self.beats = Array(repeating: [], count: regions)
        self.sights = Array(repeating: Array(repeating: nil, count: regions), count: regions)
        self.answered = Array(repeating: nil, count: regions)
        self.previous = Array(repeating: nil, count: regions)
    }

    /// Regions that have not shown the newest heartbeat of each peer, or did not answer.
    var unsettled: [Int] {
        self.answered.indices.filter { region in
            self.answered[region] == nil
                || self.beats.indices.contains { peer in
                    let newest = self.beats[peer].last?.number ?? 0
                    return peer != region && newest > self.sights[region][peer]?.number ?? 0
                }
        }
    }

    /// A region has counted up to a number.
    mutating func counted(_ number: Int64, in region: Int, at now: MonotonicInstant) {
        guard number > self.beats[region].last?.number ?? 0 else { return }
        self.beats[region].append(Beat(number: number, known: now))
        if self.beats[region].count > Self.mostBeats { self.beats[region].removeFirst() }
    }

    /// A region showed these numbers; 0 for a heartbeat that it does not have.
    mutating func read(_ numbers: [Int64], in region: Int, at now: MonotonicInstant) {
        self.answered[region] = now
        self.counted(numbers[region], in: region, at: now)
        for (peer, number) in numbers.enumerated() where peer != region {
            guard let newest = self.beats[peer].last else { continue }
            let last = self.sights[region][peer]
            let lag: Duration =
                if let missing = self.beats[peer].first(where: { $0.number > number }) {
                    missing.known.duration(to: now)
                } else if last?.number ?? 0 < newest.number {
                    newest.known.duration(to: now)  // It came since the last reading.
                } else {
                    last?.lag ?? .zero
                }
            self.sights[region][peer] = Sight(number: number, lag: lag)
        }
    }

    /// A region could not be read.
    mutating func failed(_ region: Int) {
        self.answered[region] = nil
    }

    /// Whether this process counts for a region in this round: nobody has since the last one.
    ///
    /// Called once a round, after the regions were read; of many processes one or two count.
    mutating func isDue(_ region: Int) -> Bool {
        guard self.answered[region] != nil else { return false }
        let number = self.beats[region].last?.number
        defer { self.previous[region] = number }
        return number == nil || number == self.previous[region]
    }

    /// This process counted up to a number itself.
    mutating func countedHere(_ number: Int64, in region: Int, at now: MonotonicInstant) {
        self.counted(number, in: region, at: now)
        self.previous[region] = number
    }

    /// How far a region is behind its peers; nil while it, or all of them, do not answer.
    func lag(of region: Int, at now: MonotonicInstant) -> Duration? {
        guard self.isRecent(region, at: now) else { return nil }
        return self.sights[region].indices
            .filter { $0 != region && self.isRecent($0, at: now) }
            .compactMap { self.sights[region][$0]?.lag }
            .max()
    }

    private func isRecent(_ region: Int, at now: MonotonicInstant) -> Bool {
        self.answered[region].map { $0.duration(to: now) <= self.patience } ?? false
    }
}
