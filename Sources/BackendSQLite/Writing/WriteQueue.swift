internal import RegionKitCore

/// The writes that wait and those in hand: what the writer, its callers and its timer agree on.
struct WriteQueue {
    /// How much may wait.
    static let maximumJobs = 4096
    static let maximumBytes = 64 << 20
    /// How many commits share a transaction at most.
    static let maximumGroup = 64

    private(set) var waiting: [WriteJob] = []
    private var bytes = 0
    /// The jobs of the running transaction.
    private(set) var inHand: [WriteJob] = []
    /// Set while the running transaction is beyond recall: the highest clock reading that it may store.
    private var ceiling: HybridTimestamp?
    /// Whether somebody drains the queue.
    private(set) var isBeingDrained = false
    /// Whether the timer runs.
    var isWatched = false
    private(set) var isClosed = false

    /// Lets a job wait; an error when there is no room.
    ///
    /// The first value tells whether somebody must start to drain.
    mutating func add(_ job: WriteJob) -> Result<Bool, BackendError> {
        // Cancelled before it came here.
        if job.isAnswered { return .success(false) }
        if self.isClosed { return .failure(.closed) }
        guard self.waiting.count < Self.maximumJobs, self.bytes + job.size <= Self.maximumBytes || self.waiting.isEmpty
        else {
            return .failure(BackendError(.overloaded, .overloaded, "\(self.waiting.count) writes wait already."))
        }
        self.waiting.append(job)
        self.bytes += job.size
        defer { self.isBeingDrained = true }
        return .success(!self.isBeingDrained)
    }

    /// Takes the jobs of the next transaction: some commits, or one job of another kind; none when there are none, and
    /// then nobody drains the queue any more.
    mutating func take() -> [WriteJob] {
        let commits = self.waiting.prefix(Self.maximumGroup).prefix(while: \.isCommit).count
        let count = max(commits, min(1, self.waiting.count))
        self.inHand = Array(self.waiting.prefix(count))
        self.waiting.removeFirst(count)
        self.bytes = self.inHand.reduce(self.bytes) { $0 - $1.size }
        self.isBeingDrained = count > 0
        return self.inHand
    }

    /// Puts back what did not fit into the transaction and is still waited for.
    mutating func putBack(_ jobs: ArraySlice<WriteJob>) {
        self.inHand.removeAll { job in jobs.contains { $0 === job } }
        let jobs = jobs.filter { !$0.isAnswered }
        self.waiting.insert(contentsOf: jobs, at: 0)
        self.bytes = jobs.reduce(self.bytes) { $0 + $1.size }
    }

    /// Asks for the last word before a COMMIT.
    ///
    /// Those whose time is over or whose caller is gone are returned, and the transaction must not commit with them;
    /// none, and it is beyond recall.
    mutating func seal(_ jobs: [WriteJob], ceiling: HybridTimestamp) -> [WriteJob] {
        let late = jobs.filter { $0.isAnswered || $0.isLate }
        if late.isEmpty { self.ceiling = ceiling }
        return late
    }

    /// Notes that the transaction is over.
    mutating func release() {
        self.inHand = []
        self.ceiling = nil
    }

    /// What a caller who stops waiting is told, given why; nil when its job is over.
    ///
    /// The job will not be done unless its transaction is beyond recall.
    mutating func abandon(_ job: WriteJob, _ code: ErrorCode, _ reason: String) -> BackendError? {
        guard !job.isAnswered else { return nil }
        if let place = self.waiting.firstIndex(where: { $0 === job }) {
            self.waiting.remove(at: place)
            self.bytes -= job.size
            return BackendError(.notSent, code, "\(reason); the write had not begun.")
        }
        guard self.inHand.contains(where: { $0 === job }) else {
            return BackendError(.notSent, code, "\(reason); the write had not begun.")
        }
        guard let ceiling = self.ceiling else {
            return BackendError(.unavailable, code, "\(reason); the write was not done.")
        }
        return BackendError(
            .unknownOutcome,
            .outcomeUnknown,
            "\(reason) during the commit of the write.",
            clockCeiling: ceiling
        )
    }

    /// Jobs whose time is over, and whether any are left to be watched.
    func late() -> (late: [WriteJob], isBusy: Bool) {
        let jobs = self.waiting + self.inHand
        return (jobs.filter(\.isLate), !jobs.isEmpty)
    }

    /// Takes no more jobs; returns those that wait.
    mutating func close() -> [WriteJob] {
        defer { self.waiting = [] }
        self.isClosed = true
        self.bytes = 0
        return self.waiting
    }
}

extension BackendError {
    /// The answer after a shutdown.
    static let closed = BackendError(.notSent, .closed, "The store was shut down.")
}
