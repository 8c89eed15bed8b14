/// What follows a failed attempt: the rules of repetition and failover for one operation.
///
/// A pure value.
struct AttemptMachine: Sendable {
    /// How an operation may be repeated.
    enum Shape: Hashable, Sendable {
        /// Anywhere.
        case read
        /// Anywhere, with the same operation id: an unconditional put or delete.
        case unconditionalWrite
        /// In the active region alone; after an unknown outcome only where ids are remembered.
        case conditionalWrite
    }

    enum Step: Hashable, Sendable {
        /// Try a region that has not failed yet.
        case move
        /// Try the same region again after a back-off.
        case stay
        /// Try the active write region again after a back-off; it may have moved. `refused` says that this one
        /// refused several times.
        case followActive(refused: Bool)
        /// Give up.
        case fail
    }

    private static let refusalsThatMoveWrites = 3
    private static let throttlesBeforeReadsMove = 2

    let shape: Shape
    /// The regions that failed in this round.
    private(set) var tried = RegionSet()
    /// The regions where the write may have been done.
    private(set) var mayHaveRun = RegionSet()
    /// The clock reading that a repetition elsewhere must pass.
    private(set) var clockFloor: HybridTimestamp?
    /// How many attempts failed.
    private(set) var failures = 0

    /// The wait that the last attempt's region asks for.
    private var asked: (position: Int, wait: Duration)?
    private var failuresByRegion: [Int: Int] = [:]
    /// Of each region, those of attempts that began in one generation of its health, and this generation.
    private var refusalsByRegion: [Int: (count: Int, generation: UInt32)] = [:]
    /// Whether a region itself failed in this round; a limit of this process does not pass by waiting a little.
    private var hasRegionFailed = false
    private let maximumAttemptsPerRegion: Int

    init(_ shape: Shape, maximumAttemptsPerRegion: Int) {
        self.shape = shape
        self.maximumAttemptsPerRegion = maximumAttemptsPerRegion
    }

    /// Whether nobody knows if the write was done.
    var outcomeIsUnknown: Bool { !self.mayHaveRun.isEmpty }

    /// An attempt failed; says what follows.
    ///
    /// - Parameters:
    ///   - deduplicates: Whether the region answers a repeated operation id with its first result.
    ///   - generation: That of the region's health in which the attempt began.
    mutating func attemptFailed(
        _ error: BackendError,
        at position: Int,
        deduplicates: Bool,
        generation: UInt32 = 0
    ) -> Step {
        self.failures += 1
        self.asked = error.retryAfter.map { (position, $0) }
        let inRegion = self.failuresByRegion[position, default: 0] + 1
        self.failuresByRegion[position] = inRegion
        let mayStay = inRegion < self.maximumAttemptsPerRegion
        let failure = error.failure
        if failure == .unknownOutcome, self.shape != .read {
            self.mayHaveRun.insert(position)
            if let ceiling = error.clockCeiling { self.clockFloor = max(self.clockFloor ?? ceiling, ceiling) }
        }
        if failure != .overloaded { self.hasRegionFailed = true }
        if failure == .rejected {
            // A region that remembers ids looks the operation up before it judges it: such a refusal settles what an
            // earlier attempt there left open. One that comes before, for example of access, does not.
            if deduplicates, error.code == .conditionFailed || error.code == .validation {
                self.mayHaveRun.remove(position)
            }
            return .fail
        }
        switch (self.shape, failure) {
        case (.read, .throttled), (.read, .conflict):
            if mayStay, inRegion < Self.throttlesBeforeReadsMove { return .stay }
            return self.move(from: position)
        case (.unconditionalWrite, .throttled), (.unconditionalWrite, .conflict):
            return mayStay ? .stay : .fail
        case (.read, _), (.unconditionalWrite, _):
            return self.move(from: position)
        case (.conditionalWrite, .overloaded):
            return .fail
        case (.conditionalWrite, _) where self.outcomeIsUnknown:
            return deduplicates && mayStay ? .stay : .fail
        case (.conditionalWrite, .notSent), (.conditionalWrite, .unavailable), (.conditionalWrite, .readOnly):
            guard mayStay else { return .fail }
            let before = self.refusalsByRegion[position]
            let count = before?.generation == generation ? (before?.count ?? 0) + 1 : 1
            self.refusalsByRegion[position] = (count, generation)
            return .followActive(refused: count == Self.refusalsThatMoveWrites)
        case (.conditionalWrite, _):
            return mayStay ? .stay : .fail
        }
    }

    /// How many attempts failed in a region.
    func failures(at position: Int) -> Int { self.failuresByRegion[position] ?? 0 }

    /// The wait that a region asks for before the next attempt there.
    func wait(askedBy position: Int) -> Duration? {
        self.asked.flatMap { $0.position == position ? $0.wait : nil }
    }

    /// Every region has been tried: begins another round if some region may be tried again.
    mutating func beginRound() -> Bool {
        let exhausted = self.failuresByRegion.filter { $0.value >= self.maximumAttemptsPerRegion }
        let again = self.tried.filter { exhausted[$0] == nil }
        guard !again.isEmpty, self.hasRegionFailed else { return false }
        self.hasRegionFailed = false
        self.tried = RegionSet()
        for position in exhausted.keys { self.tried.insert(position) }
        return true
    }

    private mutating func move(from position: Int) -> Step {
        self.tried.insert(position)
        return .move
    }
}
