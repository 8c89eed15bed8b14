internal import RegionKitCore
internal import Synchronization

/// Counts what clients do and what regions answer, phase by phase.
final class Tally: Sendable {
    enum Phase: String, CaseIterable {
        case healthy
        case outage
        case returning
        case restored
    }

    struct Count: Hashable {
        var reads = 0
        var writes = 0
    }

    struct Counts {
        var phase = Phase.healthy
        /// Requests that a region answered.
        var answered: [Phase: [Region: Count]] = [:]
        /// Attempts that met a fault of their region.
        var failedAttempts = 0
        /// Operations of clients that ended, well or not.
        var operations = 0
        /// The errors that clients saw, by code.
        var errors: [String: Int] = [:]
        /// How many of them were errors of reads.
        var readErrors = 0
        /// Reads and checks that met a record older than its last acknowledged write.
        var stale: Set<String> = []
        /// Whether the outage is about to begin, so that a success elsewhere is one of failover.
        var isAwaitingFailover = false
        /// The first success outside of the primary.
        var failover: (region: Region, time: MonotonicInstant)?
        /// Where the last reads were answered.
        var recentReads: [Region] = []
    }

    /// How many reads tell where reads go now.
    private static let recent = 100

    private let primary: Region
    private let state = Mutex(Counts())

    init(primary: Region) {
        self.primary = primary
    }

    var phase: Phase { self.state.withLock { $0.phase } }
    var counts: Counts { self.state.withLock { $0 } }

    func enter(_ phase: Phase) {
        self.state.withLock { $0.phase = phase }
    }

    func awaitFailover() {
        self.state.withLock { $0.isAwaitingFailover = true }
    }

    /// A region answered a request that began in a phase.
    func answered(_ kind: OperationKind, in region: Region, begunIn phase: Phase, at now: MonotonicInstant) {
        self.state.withLock { counts in
            if counts.isAwaitingFailover, counts.failover == nil, region != self.primary {
                counts.failover = (region, now)
            }
            var count = counts.answered[phase, default: [:]][region] ?? Count()
            switch kind {
            case .read:
                count.reads += 1
                counts.recentReads.append(region)
                if counts.recentReads.count > Self.recent { counts.recentReads.removeFirst() }
            case .write: count.writes += 1
            }
            counts.answered[phase, default: [:]][region] = count
        }
    }

    /// An attempt met a fault of its region; the first one begins the outage.
    func failed() {
        self.state.withLock { counts in
            counts.failedAttempts += 1
            if counts.isAwaitingFailover, counts.phase == .healthy { counts.phase = .outage }
        }
    }

    func ended(_ kind: OperationKind, error: String? = nil) {
        self.state.withLock { counts in
            counts.operations += 1
            guard let error else { return }
            counts.errors[error, default: 0] += 1
            if kind == .read { counts.readErrors += 1 }
        }
    }

    func metOlder(_ id: String) {
        self.state.withLock { _ = $0.stale.insert(id) }
    }
}

extension Tally.Counts {
    /// The share of the last reads that a region answered.
    func readShare(of region: Region) -> Double {
        guard !self.recentReads.isEmpty else { return 0 }
        return Double(self.recentReads.count { $0 == region }) / Double(self.recentReads.count)
    }
}
