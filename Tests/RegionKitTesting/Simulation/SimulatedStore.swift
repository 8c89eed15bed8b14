internal import RegionKitCore
internal import Synchronization

/// A region as it is seen from afar: the same data for all, and a way of its own there and back.
final class SimulatedStore: ReplicaStore {
    private struct State {
        var generator: SeededGenerator
        var connectedUntil: MonotonicInstant?
    }

    private let base: InMemoryReplicaStore
    private let network: SimulatedNetwork
    private let group: Scenario.Clients?
    private let median: Duration
    private let state: Mutex<State>

    /// - Parameter group: Whose way it is; nil for the other regions.
    init(
        _ base: InMemoryReplicaStore,
        over network: SimulatedNetwork,
        from group: Scenario.Clients?,
        number: Int = 0
    ) {
        self.base = base
        self.network = network
        self.group = group
        self.median = group?.latency[base.region] ?? .zero
        let part = "way from \(group?.name ?? "") \(number) to \(base.region)"
        self.state = Mutex(State(generator: .part(part, of: network.seed)))
    }

    var region: Region { self.base.region }
    var schema: TableSchema { self.base.schema }
    var capabilities: BackendCapabilities {
        var capabilities = self.base.capabilities
        capabilities.honoursDeadlines = !self.hangs
        return capabilities
    }

    func load(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> ReplicaRow? {
        try await self.travel(in: context) { () async throws(BackendError) in
            let row = try await self.base.load(key, consistency, in: context)
            if let version = row?.version { self.network.judge { $0.returned(version, in: self.region) } }
            return row
        }
    }

    func commit(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome {
        let late = self.way.lateness
        return try await self.travel(isWrite: true, in: context) { () async throws(BackendError) in
            guard let late else { return try await self.deliver(commit, in: context) }
            self.network.deliver(after: late) { _ = try? await self.deliver(commit, in: context) }
            throw self.lost("the answer did not come")
        }
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        let report = try await self.travel(isProbe: true, in: context) { () async throws(BackendError) in
            try await self.base.probe(in: context)
        }
        return ProbeReport(writable: report.writable == true && !self.way.isReadOnly)
    }

    /// The write has arrived.
    private func deliver(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError)
        -> CommitOutcome
    {
        var before: [Key: ReplicaRow] = [:]
        for change in commit.changes {
            before[change.key] = try await self.base.load(change.key, .consistent, in: context)
        }
        let outcome = try await self.base.commit(commit, in: context)
        if case .committed(let version) = outcome {
            let now = context.time.now
            self.network.judge { $0.committed(commit, version, context.operation, before, in: self.region, at: now) }
            self.network.committed(in: self.region)
        }
        return outcome
    }

    func rows(in range: ReplicaRange, limit: Int, in context: AttemptContext) async throws(BackendError) -> [ReplicaRow]
    {
        try await self.travel(in: context) { () async throws(BackendError) in
            try await self.base.rows(in: range, limit: limit, in: context)
        }
    }

    func status(in context: AttemptContext) async throws(BackendError) -> ReplicaStatus {
        try await self.travel(in: context) { () async throws(BackendError) in try await self.base.status(in: context) }
    }

    func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> ChangeBatch {
        try await self.travel(in: context) { () async throws(BackendError) in
            try await self.base.changes(after: cursor, limit: limit, in: context)
        }
    }

    func versions(after key: Key?, limit: Int, in context: AttemptContext) async throws(BackendError) -> [RowVersion] {
        try await self.travel(in: context) { () async throws(BackendError) in
            try await self.base.versions(after: key, limit: limit, in: context)
        }
    }

    func versions(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [RowVersion] {
        try await self.travel(in: context) { () async throws(BackendError) in
            try await self.base.versions(of: keys, in: context)
        }
    }

    func rows(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [ReplicaRow] {
        try await self.travel(in: context) { () async throws(BackendError) in
            let rows = try await self.base.rows(of: keys, in: context)
            self.network.judge { judge in
                for row in rows { judge.returned(row.version, in: self.region) }
            }
            return rows
        }
    }

    func apply(
        _ application: ReplicaApplication,
        in context: AttemptContext
    ) async throws(BackendError) -> ApplicationOutcome {
        try await self.travel(isWrite: true, in: context) { () async throws(BackendError) in
            let outcome = try await self.base.apply(application, in: context)
            // Rows that were parked because they are far ahead are not seen yet.
            if outcome.parked == 0 { self.network.judge { $0.applied(application.rows, in: self.region) } }
            return outcome
        }
    }

    func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        in context: AttemptContext
    ) async throws(BackendError) -> Set<Region> {
        try await self.travel(isWrite: true, in: context) { () async throws(BackendError) in
            try await self.base.lease(peers, to: holder, for: duration, in: context)
        }
    }

    func beginIncarnation(replacing incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.base.beginIncarnation(replacing: incarnation, in: context)
    }

    func markReady(_ incarnation: UInt64, in context: AttemptContext) async throws(BackendError) {
        try await self.base.markReady(incarnation, in: context)
    }

    func collect(_ collection: ReplicaCollection, in context: AttemptContext) async throws(BackendError) {
        try await self.base.collect(collection, in: context)
    }

    func shutdown() async {}
}

// The way there and back.
extension SimulatedStore {
    /// Whether it goes on beyond deadlines; what replication uses must not.
    private var hangs: Bool { self.group != nil && !self.network.scenario.honoursDeadlines }

    private var way: SimulatedWay { self.network.way(to: self.region, from: self.group?.name) }

    private func travel<Answer: Sendable>(
        isWrite: Bool = false,
        isProbe: Bool = false,
        in context: AttemptContext,
        _ body: () async throws(BackendError) -> Answer
    ) async throws(BackendError) -> Answer {
        let half = self.state.withLock { $0.generator.latency(median: self.median) } / 2
        try await self.connect(half, in: context)
        let way = self.way
        try await self.pass(half + way.delay / 2, in: context)
        let arrival = self.way
        guard !arrival.isBlackhole else { throw await self.silence(in: context) }
        guard !arrival.isRefused else { throw self.lost("the connection was reset") }
        let (isThrottled, fails, failsLate) = self.state.withLock { state in
            (
                state.generator.happens(arrival.throttled), state.generator.happens(isProbe ? 0 : arrival.errors),
                state.generator.happens(0.5)
            )
        }
        let result: Result<Answer, BackendError>
        if isThrottled {
            result = .failure(BackendError(.throttled, .throttled, "the region asks for fewer requests"))
        } else if arrival.isReadOnly, isWrite {
            result = .failure(BackendError(.readOnly, .readOnly, "the region takes no writes"))
        } else if fails {
            if isWrite, failsLate { _ = try? await body() }
            let failure: FailureClass = isWrite ? .unknownOutcome : .unavailable
            result = .failure(BackendError(failure, .unavailable, "internal error of the region"))
        } else {
            do throws(BackendError) { result = .success(try await body()) } catch { result = .failure(error) }
        }
        if case .failure(let error) = result, error.failure == .unknownOutcome, !fails {
            throw await self.silence(in: context)
        }
        try await self.pass(half + way.delay / 2, in: context)
        let back = self.way
        guard !back.isBlackhole else { throw await self.silence(in: context) }
        guard !back.isRefused else { throw self.lost("the connection was reset") }
        return try result.get()
    }

    /// Finds an open connection, or opens one.
    private func connect(_ half: Duration, in context: AttemptContext) async throws(BackendError) {
        let way = self.way
        guard !way.isRefused else {
            self.disconnect()
            try await self.pass(half, in: context, isSent: false)
            throw BackendError(.notSent, .unavailable, "the connection was refused")
        }
        if let until = self.state.withLock({ $0.connectedUntil }), context.time.now < until { return }
        guard !way.isNameless else { throw BackendError(.notSent, .unavailable, "the name resolves to nothing") }
        guard !way.isBlackhole else { throw await self.silence(in: context, isSent: false) }
        try await self.pass(half * 2, in: context, isSent: false)
        let life = self.network.scenario.connectionLife
        self.state.withLock {
            let end = context.time.now.advanced(by: life * Double.random(in: 0.5..<1.5, using: &$0.generator))
            $0.connectedUntil = end
        }
    }

    private func disconnect() { self.state.withLock { $0.connectedUntil = nil } }

    private func lost(_ message: String) -> BackendError {
        self.disconnect()
        return BackendError(.unknownOutcome, .unavailable, message)
    }

    /// Waits for an answer that does not come.
    private func silence(in context: AttemptContext, isSent: Bool = true) async -> BackendError {
        self.disconnect()
        do {
            try await context.time.sleep(
                until: self.hangs ? context.deadline.advanced(by: .seconds(3600)) : context.deadline
            )
        } catch {
            return BackendError(isSent ? .unknownOutcome : .notSent, .cancelled, "the caller was cancelled")
        }
        return isSent
            ? BackendError(.unknownOutcome, .deadlineExceeded, "no answer in time")
            : BackendError(.notSent, .deadlineExceeded, "no connection in time")
    }

    /// Lets time pass, but not beyond the deadline.
    private func pass(_ time: Duration, in context: AttemptContext, isSent: Bool = true) async throws(BackendError) {
        guard time > .zero else { return }
        let until = context.time.now.advanced(by: time)
        guard until < context.deadline || self.hangs else {
            throw await self.silence(in: context, isSent: isSent)
        }
        do {
            try await context.time.sleep(until: until)
        } catch {
            throw BackendError(isSent ? .unknownOutcome : .notSent, .cancelled, "the caller was cancelled")
        }
    }
}
