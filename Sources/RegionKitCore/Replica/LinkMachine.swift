/// What a replication link does next: reads the source's log, holds changes back as its condition says, and delivers
/// them in order.
///
/// A pure value. The cursor it knows is the target's; another replicator may have moved that one, which shows when a
/// delivery is refused and is no error.
struct LinkMachine: Sendable {
    /// What is to be done.
    enum Step: Hashable, Sendable {
        /// Nothing until the moment; nil: until something changes.
        case rest(until: MonotonicInstant?)
        /// Ask the target how far it is.
        case locate
        /// Merge everything the source has into the target, then move the cursor on to the source's head.
        case merge(from: ReplicaCursor)
        /// Read the source's log.
        case read(after: ReplicaCursor, limit: Int)
        /// Apply at the target.
        case deliver([ReplicaRow], from: ReplicaCursor?, to: ReplicaCursor)
    }

    /// What a batch says about the regions.
    enum Finding: Hashable, Sendable {
        /// All is well.
        case none
        /// The source lost what it had handed out.
        case sourceLost
        /// The source collected entries that the target never applied.
        case targetLeftOut
    }

    private struct Batch {
        var rows: [ReplicaRow]
        var end: ReplicaCursor
        var seen: MonotonicInstant
        var due: MonotonicInstant
        /// Rows that are delivered ahead of the others, and a second time with them.
        var early: [ReplicaRow] = []
        var earlyDue: MonotonicInstant
    }

    /// Rows held back at most; reading pauses above.
    private static let holdLimit = 16_384
    private static let longestBackoff = Duration.seconds(1)
    /// An idle link is polled ever more rarely, down to this many poll intervals.
    private static let idleFactor = 8
    /// An idle link asks the target again after this many polls: a target restored from a copy may stand further back.
    private static let pollsUntilLocate = 8
    /// How many ends of the source's log are remembered while another replicator carries the changes.
    private static let headLimit = 64

    private let pollInterval: Duration
    private let batch: Int
    private var generator: SplitMix64
    private(set) var condition = LinkCondition()
    private(set) var failures = 0
    private(set) var applied = 0
    private var cursor: ReplicaCursor?
    private var mustMerge = false
    private var held: [Batch] = []
    private var heldRows = 0
    private var idle: Duration
    private var idlePolls = 0
    private var readAt = MonotonicInstant(nanoseconds: .min)
    private var retryAt = MonotonicInstant(nanoseconds: .min)
    /// When the target last lacked nothing, and until when that is as good as now.
    private var caughtUp: (at: MonotonicInstant, freshUntil: MonotonicInstant)?
    /// Ends of the source's log that the target has not reached, and when each was first seen.
    private var heads: [(end: ReplicaCursor, seen: MonotonicInstant)] = []
    private var parked = 0

    init(pollInterval: Duration, batch: Int, seed: UInt64) {
        self.pollInterval = pollInterval
        self.batch = batch
        self.idle = pollInterval
        self.generator = SplitMix64(seed: seed)
    }

    /// Decides what to do now.
    mutating func next(at now: MonotonicInstant) -> Step {
        guard !self.condition.isCut else { return .rest(until: nil) }
        guard self.retryAt <= now else { return .rest(until: self.retryAt) }
        guard let cursor = self.cursor else { return .locate }
        guard !self.mustMerge, cursor != .start else { return .merge(from: cursor) }
        if let place = self.held.firstIndex(where: { !$0.early.isEmpty && $0.earlyDue <= now }) {
            defer { self.held[place].early = [] }
            return .deliver(self.held[place].early, from: nil, to: cursor)
        }
        if let first = self.held.first, first.due <= now { return .deliver(first.rows, from: cursor, to: first.end) }
        let hasRoom = self.heldRows < Self.holdLimit
        if hasRoom, self.readAt <= now { return .read(after: self.held.last?.end ?? cursor, limit: self.batch) }
        let dues = self.held.lazy.filter { !$0.early.isEmpty }.map(\.earlyDue) + self.held.prefix(1).map(\.due)
        return .rest(until: (dues + (hasRoom ? [self.readAt] : [])).min())
    }

    /// From where to read while the only batch that is held, a full one, is delivered; nil when there is nothing to gain.
    var readAhead: ReplicaCursor? {
        guard self.held.count == 1, let first = self.held.first, first.rows.count >= self.batch else { return nil }
        return first.end
    }

    /// The target said how far it is.
    mutating func located(at cursor: ReplicaCursor, parked: Int) {
        self.cursor = cursor
        self.parked = parked
        self.dropHeld()
    }

    /// The source answered a read; what no longer continues from what is known is left aside.
    mutating func wasRead(_ changes: ChangeBatch, after start: ReplicaCursor, at now: MonotonicInstant) -> Finding {
        guard start == self.held.last?.end ?? self.cursor else { return .none }
        self.failures = 0
        self.heads = []
        switch changes {
        case .entries(let rows, let end):
            guard rows.isEmpty else {
                self.idle = self.pollInterval
                self.idlePolls = 0
                self.hold(rows, end, at: now)
                return .none
            }
            // Rows parked at the target are applied by the next delivery, so an empty one is made.
            if self.parked > 0, self.held.isEmpty { self.hold([], end, at: now) }
            if self.held.isEmpty {
                self.caughtUp = (now, now.advanced(by: self.pollInterval * (2 * Self.idleFactor)))
                self.idlePolls += 1
                if self.idlePolls.isMultiple(of: Self.pollsUntilLocate) { self.cursor = nil }
            }
            self.readAt = now.advanced(by: self.idle)
            self.idle = min(self.idle * 2, self.pollInterval * Self.idleFactor)
            return .none
        case .gap(let head):
            guard self.cursor?.incarnation != head.incarnation else {
                self.cursor = nil
                return .targetLeftOut
            }
            self.mustMerge = true
            self.dropHeld()
            return .none
        case .diverged:
            self.cursor = nil
            return .sourceLost
        }
    }

    /// The target answered a delivery; what is held is left alone if it no longer is what was delivered.
    mutating func delivered(_ outcome: ApplicationOutcome, from: ReplicaCursor?, to: ReplicaCursor) {
        self.failures = 0
        self.applied += outcome.applied
        self.parked = outcome.parked
        guard from != nil else { return }
        guard outcome.moved else {
            self.cursor = nil
            return
        }
        guard self.cursor == from else { return }
        self.cursor = to
        if self.held.first?.end == to { self.heldRows -= self.held.removeFirst().rows.count }
    }

    /// A full merge has ended, with the cursor at `cursor` unless another replicator moved it.
    mutating func merged(upTo cursor: ReplicaCursor, moved: Bool, applied: Int, at now: MonotonicInstant) {
        self.failures = 0
        self.applied += applied
        self.mustMerge = false
        self.cursor = moved ? cursor : nil
        self.readAt = now
    }

    /// The regions said where they stand, while another replicator carries the changes.
    ///
    /// - Parameter fresh: How long a target that lacks nothing is taken to lack nothing.
    mutating func observed(head: ReplicaCursor, cursor: ReplicaCursor, at now: MonotonicInstant, fresh: Duration) {
        if !self.held.isEmpty, self.cursor != cursor {
            self.cursor = nil
            self.dropHeld()
        }
        self.heads.removeAll { $0.end.incarnation != cursor.incarnation || $0.end.sequence <= cursor.sequence }
        if cursor == head {
            self.caughtUp = (now, now.advanced(by: fresh))
        } else if cursor.incarnation == head.incarnation, cursor.sequence < head.sequence, self.heads.last?.end != head
        {
            if self.heads.count == Self.headLimit { self.heads.removeLast() }
            self.heads.append((head, now))
        }
    }

    /// A region did not answer, or is not ready.
    mutating func failed(at now: MonotonicInstant) {
        self.failures += 1
        let backoff = self.pollInterval * (1 << min(self.failures, 20))
        self.retryAt = now.advanced(by: min(backoff, Self.longestBackoff))
    }

    /// There may be something new: waiting and back-off end.
    mutating func nudged(at now: MonotonicInstant) {
        self.retryAt = min(self.retryAt, now)
        self.readAt = min(self.readAt, now)
        self.idle = self.pollInterval
    }

    /// The regions at the ends may have changed altogether: begin anew.
    mutating func reset(at now: MonotonicInstant) {
        self.cursor = nil
        self.mustMerge = false
        self.dropHeld()
        self.nudged(at: now)
    }

    /// The emulation was changed; what is held already keeps its time.
    mutating func set(_ condition: LinkCondition, at now: MonotonicInstant) {
        self.condition = condition
        self.nudged(at: now)
    }

    /// How long the oldest change that the target lacks has been known, or how long ago the target was known to lack
    /// none; zero while the link is watched closely and there is nothing.
    func lag(at now: MonotonicInstant) -> Duration? {
        if let oldest = self.held.first?.seen ?? self.heads.first?.seen { return oldest.duration(to: now) }
        return self.caughtUp.map { now <= $0.freshUntil ? .zero : $0.at.duration(to: now) }
    }

    private mutating func hold(_ rows: [ReplicaRow], _ end: ReplicaCursor, at now: MonotonicInstant) {
        let early = self.condition.reorders ? self.drawEarly(rows) : []
        let earlyDue = now.advanced(by: self.drawDelay())
        let due = max(now.advanced(by: self.drawDelay()), early.isEmpty ? now : earlyDue)
        self.held.append(Batch(rows: rows, end: end, seen: now, due: due, early: early, earlyDue: earlyDue))
        self.heldRows += rows.count
        self.readAt = now
    }

    private mutating func drawDelay() -> Duration {
        guard self.condition.jitter > .zero else { return self.condition.lag }
        let jitter = Int64.random(in: 0...self.condition.jitter.wholeNanoseconds, using: &self.generator)
        return self.condition.lag + .nanoseconds(jitter)
    }

    /// About half of the keys, with all their rows.
    private mutating func drawEarly(_ rows: [ReplicaRow]) -> [ReplicaRow] {
        var coins: [Key: Bool] = [:]
        return rows.filter { row in
            let coin = coins[row.key] ?? Bool.random(using: &self.generator)
            coins[row.key] = coin
            return coin
        }
    }

    private mutating func dropHeld() {
        self.held = []
        self.heldRows = 0
    }
}
