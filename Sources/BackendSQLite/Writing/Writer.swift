internal import Dispatch
internal import RegionKitCore
internal import Synchronization

/// Does the writes of all callers, one transaction at a time, many commits in each.
///
/// Callers enqueue and wait. A serial dispatch queue takes what waits, does it in one transaction with one sync of the
/// disk, and answers each caller after COMMIT.
final class Writer: Sendable {
    /// The connection and the clock, which outlives it.
    private struct Core {
        var session: WriteSession?
        var clock = HybridLogicalClock()
        /// What failed since a job other than a commit was last done.
        var obstacle: BackendError?
    }

    /// How long the commits of one transaction may take before it is committed.
    private static let groupTime = Duration.milliseconds(5)
    /// How often the deadlines of waiting callers are looked at.
    private static let watchInterval = DispatchTimeInterval.milliseconds(10)

    private let configuration: SQLiteStore.Configuration
    private let emulation: EmulationControl
    private let queue = Mutex(WriteQueue())
    private let core: Mutex<Core>
    private let worker: DispatchQueue
    private let timer: DispatchQueue
    /// How many transactions were committed, and how many commits they held.
    let transactions = Atomic(0)
    let commits = Atomic(0)

    init(_ session: sending WriteSession, _ configuration: SQLiteStore.Configuration, _ emulation: EmulationControl) {
        self.configuration = configuration
        self.emulation = emulation
        self.core = Mutex(Core(session: session))
        self.worker = DispatchQueue(label: "RegionKit.SQLite.writer.\(configuration.region)")
        self.timer = DispatchQueue(label: "RegionKit.SQLite.timer.\(configuration.region)")
    }

    /// How many jobs wait, and how many are in hand.
    var waiting: Int { self.queue.withLock { $0.waiting.count } }
    var inHand: Int { self.queue.withLock { $0.inHand.count } }

    // MARK: Callers

    /// Has a job done and waits for it, but not beyond its deadline or, with few exceptions, the task's cancellation.
    func run(_ work: WriteJob.Work, _ context: AttemptContext) async throws(BackendError) -> WriteJob.Answer {
        let job = WriteJob(work, context)
        guard !job.isLate else {
            throw BackendError(.expired, .deadlineExceeded, "The time was over before the write began.")
        }
        let result = await withTaskCancellationHandler {
            switch self.queue.withLock({ $0.add(job) }) {
            case .success(true): self.worker.async { self.drain() }
            case .success(false): break
            case .failure(let error): job.answer(.failure(error))
            }
            self.watch()
            return await job.wait()
        } onCancel: {
            guard !job.outlivesCancellation else { return }
            self.abandon(job, .cancelled, "The caller was cancelled")
        }
        return try result.get()
    }

    private func abandon(_ job: WriteJob, _ code: ErrorCode, _ reason: String) {
        self.queue.withLock { queue in
            // Answered inside the lock, so that the transaction's last look sees it.
            if let error = queue.abandon(job, code, reason) { job.answer(.failure(error)) }
        }
    }

    /// Takes no more jobs, finishes the transaction under way and closes the connection.
    func close() async {
        for job in self.queue.withLock({ $0.close() }) { job.answer(.failure(.closed)) }
        await withCheckedContinuation { continuation in
            self.worker.async {
                self.core.withLock { $0.session = nil }
                continuation.resume()
            }
        }
    }

    // MARK: Deadlines

    /// One timer looks after all callers; it runs while any wait.
    private func watch() {
        let mustStart = self.queue.withLock { queue in
            defer { queue.isWatched = true }
            return !queue.isWatched
        }
        if mustStart { self.timer.asyncAfter(deadline: .now() + Self.watchInterval) { self.look() } }
    }

    private func look() {
        let (late, isBusy) = self.queue.withLock { queue in
            let (late, isBusy) = queue.late()
            queue.isWatched = isBusy
            return (late, isBusy)
        }
        for job in late { self.abandon(job, .deadlineExceeded, "The time was over") }
        if isBusy { self.timer.asyncAfter(deadline: .now() + Self.watchInterval) { self.look() } }
    }

    // MARK: Transactions, on the worker

    private func drain() {
        while true {
            let jobs = self.queue.withLock { $0.take() }
            guard !jobs.isEmpty else { return }
            self.core.withLock { core in self.perform(jobs, &core) }
            self.queue.withLock { $0.release() }
        }
    }

    /// Does jobs in one transaction and answers them.
    ///
    /// Where that fails, each is tried in a transaction of its own: what is wrong with one shall not fail the others.
    private func perform(_ jobs: [WriteJob], _ core: inout Core) {
        // Those that are still part of the transaction.
        var jobs = jobs
        do throws(DatabaseFailure) {
            try self.performTogether(&jobs, &core)
        } catch {
            self.recover(from: error, &core)
            if jobs.count > 1, error.stage != .commit, error.code.primary != .busy {
                for job in jobs where !job.isAnswered { self.perform([job], &core) }
            } else {
                var answer = error.error(in: self.configuration.region)
                if answer.failure == .unknownOutcome { answer.clockCeiling = core.clock.last }
                if jobs.first?.isCommit == false, error.code.primary != .busy { core.obstacle = answer }
                for job in jobs { job.answer(.failure(answer)) }
            }
        }
    }

    private func recover(from failure: DatabaseFailure, _ core: inout Core) {
        guard let session = core.session else { return }
        core.clock = session.clock
        let code = failure.code.primary
        // After a failed COMMIT nobody knows what the connection holds; elsewhere these say nothing against it.
        let isSound = code == .busy || failure.stage != .commit && [.full, .interrupted, .tooBig].contains(code)
        if !session.rollback() || !isSound { core.session = nil }
    }

    private func performTogether(_ jobs: inout [WriteJob], _ core: inout Core) throws(DatabaseFailure) {
        let session = try self.session(&core)
        session.obstacle = core.obstacle
        while !jobs.isEmpty {
            try session.begin()
            let answers = try self.perform(&jobs, session)
            if let job = jobs.first, !job.isCommit, case .failure = answers[0] {
                // A commit is refused before it writes anything; another job may have written some of it.
                _ = session.rollback()
                return job.answer(answers[0])
            }
            let late = self.queue.withLock { $0.seal(jobs, ceiling: session.clock.last) }
            guard late.isEmpty else {
                _ = session.rollback()
                for job in late {
                    job.fail(.expired, .deadlineExceeded, "The time was over before the write could be committed.")
                }
                jobs.removeAll { job in late.contains { $0 === job } }
                continue
            }
            try session.connection.commit()
            if jobs.first?.isCommit == false { core.obstacle = nil }
            self.transactions.wrappingAdd(1, ordering: .relaxed)
            self.commits.wrappingAdd(jobs.count, ordering: .relaxed)
            for (job, answer) in zip(jobs, answers) { job.answer(answer) }
            return
        }
    }

    /// The work inside a transaction; what took too long is put back, so that `jobs` and the answers are of one length.
    private func perform(
        _ jobs: inout [WriteJob],
        _ session: WriteSession
    ) throws(DatabaseFailure) -> [Result<WriteJob.Answer, BackendError>] {
        var answers: [Result<WriteJob.Answer, BackendError>] = []
        let end = ContinuousClock.now + Self.groupTime
        var wall: Int64 = 0
        for job in jobs {
            wall = job.context.time.wallMilliseconds + self.emulation.clockSkewMilliseconds
            answers.append(try session.perform(job, wall))
            guard answers.count < jobs.count, ContinuousClock.now > end else { continue }
            let rest = jobs[answers.count...]
            self.queue.withLock { $0.putBack(rest) }
            jobs.removeLast(rest.count)
            break
        }
        try session.finish(wall)
        return answers
    }

    private func session(_ core: inout Core) throws(DatabaseFailure) -> WriteSession {
        if let session = core.session { return session }
        let connection = try Connection(reopening: self.configuration, access: .write)
        let session = try WriteSession(connection, self.configuration, clock: core.clock)
        core.session = session
        return session
    }
}
