internal import RegionKitCore
internal import Worksets

/// One of the demo's clients: works on worksets, one operation after the other, and writes down what it was promised.
struct Client: Sendable {
    let name: String
    let database: WorksetDatabase
    let ledger: Ledger
    let tally: Tally
    let rest: Duration
    let isOver: @Sendable () -> Bool
    private var random: SeededGenerator
    private let time = SystemTime()

    init(
        _ number: Int,
        _ settings: DemoSettings,
        database: WorksetDatabase,
        ledger: Ledger,
        tally: Tally,
        isOver: @escaping @Sendable () -> Bool
    ) {
        self.name = "client-\(number)"
        self.database = database
        self.ledger = ledger
        self.tally = tally
        self.rest = settings.rest
        self.isOver = isOver
        self.random = SeededGenerator(seed: UInt64(bitPattern: Int64(settings.seed)) &* 1000 &+ UInt64(number))
    }

    /// Works until it is over or the task is cancelled.
    mutating func run() async throws {
        while !self.isOver() {
            await self.turn()
            try await self.pause()
        }
    }

    private mutating func turn() async {
        switch Int.random(in: 0..<100, using: &self.random) {
        case ..<45: await self.read()
        case ..<55: await self.list()
        case ..<70: await self.registerGenerated()
        case ..<90: await self.advance()
        default: await self.lock()
        }
    }

    private mutating func pause() async throws {
        try await self.time.sleep(for: self.rest * Double.random(in: 0.5...1.5, using: &self.random))
    }

    // MARK: - Operations

    private mutating func read() async {
        guard let id = self.ledger.anyone(using: &self.random) else { return }
        _ = await self.done(.read) { database async throws(WorksetError) in try await database.getWorkset(id) }
    }

    private mutating func list() async {
        let states: [WorksetState] = [.ready, .inProgress, .complete, .archived]
        let state = states.randomElement(using: &self.random) ?? .ready
        _ = await self.done(.read) { database async throws(WorksetError) in
            try await database.listWorksets(in: state, limit: 20)
        }
    }

    private mutating func registerGenerated() async {
        let id = self.ledger.nextGenerated()
        let priority = WorksetPriority.allCases.randomElement(using: &self.random) ?? .normal
        await self.register(id, "demo", "worksets/\(id)/", priority, "generated", [:])
    }

    /// Registers the reference genomes.
    func registerReferences() async {
        for genome in ReferenceGenome.all {
            await self.register(
                genome.id,
                ReferenceGenome.bucket,
                genome.prefix,
                .normal,
                ReferenceGenome.customer,
                ["sample": .string(genome.sample), "description": .string(genome.description)]
            )
        }
    }

    private func register(
        _ id: String,
        _ bucket: String,
        _ prefix: String,
        _ priority: WorksetPriority,
        _ customer: String,
        _ metadata: [String: AttributeValue]
    ) async {
        let fields: [String: AttributeValue?] = [
            "bucket": .string(bucket), "prefix": .string(prefix), "priority": .string(priority.rawValue),
            "customer_id": .string(customer), "metadata": metadata.isEmpty ? nil : .map(metadata),
        ]
        await self.wrote(id, fields: fields, state: .ready) { database async throws(WorksetError) in
            let isNew = try await database.registerWorkset(
                id,
                bucket: bucket,
                prefix: prefix,
                priority: priority,
                metadata: metadata,
                customerID: customer
            )
            return isNew ? () : nil
        }
    }

    /// Moves a workset to its next state, round and round.
    private mutating func advance() async {
        let steps: [WorksetState: WorksetState] = [
            .ready: .inProgress, .inProgress: .complete, .complete: .archived, .archived: .ready,
        ]
        guard let (id, record) = self.ledger.claim(at: self.time.now, using: &self.random) else { return }
        if let next = steps[record.state], await self.isUpToDate(id, record) {
            await self.wrote(id, state: next) { database async throws(WorksetError) in
                _ = try await database.updateState(id, to: next, reason: self.name)
                return ()
            }
        }
        self.ledger.release(id, at: self.time.now)
    }

    /// Locks a workset, works a little and unlocks it.
    private mutating func lock() async {
        let claimed = self.ledger.claim(at: self.time.now, using: &self.random) { $0 == .ready }
        guard let (id, record) = claimed else { return }
        if await self.isUpToDate(id, record) {
            let lock = await self.wrote(id, fields: ["lock_owner": .string(self.name)]) {
                database async throws(WorksetError) in
                try await database.acquireLock(id, owner: self.name)
            }
            try? await self.pause()
            if let lock {
                await self.wrote(id, fields: ["lock_owner": nil]) { database async throws(WorksetError) in
                    try await database.releaseLock(lock) ? () : nil
                }
            }
        }
        self.ledger.release(id, at: self.time.now)
    }

    /// Looks before writing: whether the region that serves now knows the last write to the workset.
    ///
    /// One that was acknowledged by the primary just before it failed has not arrived elsewhere. A client that wrote
    /// now would build on older data, so it leaves the workset alone.
    private func isUpToDate(_ id: String, _ record: Ledger.Record) async -> Bool {
        let found = await self.done(.read) { database async throws(WorksetError) in
            try await database.getWorkset(id, consistency: .consistent)
        }
        guard case .success(let found) = found else { return false }
        let isUpToDate = found.map { record.matches($0.item) } ?? false
        if !isUpToDate { self.tally.metOlder(id) }
        return isUpToDate
    }

    // MARK: - Bookkeeping

    /// Runs an operation and counts it.
    private func done<Value>(
        _ kind: OperationKind,
        _ operation: (WorksetDatabase) async throws(WorksetError) -> Value
    ) async -> Result<Value, WorksetError> {
        do throws(WorksetError) {
            let value = try await operation(self.database)
            self.tally.ended(kind)
            return .success(value)
        } catch {
            if !Task.isCancelled { self.tally.ended(kind, error: error.cause?.code.name ?? error.code.name) }
            return .failure(error)
        }
    }

    /// Runs a write and puts down what was acknowledged; nil, a refusal, changes nothing.
    @discardableResult
    private func wrote<Value>(
        _ id: String,
        fields: [String: AttributeValue?] = [:],
        state: WorksetState? = nil,
        _ operation: (WorksetDatabase) async throws(WorksetError) -> Value?
    ) async -> Value? {
        let trace = OperationTrace()
        let result = await OperationTrace.$current.withValue(trace) { await self.done(.write, operation) }
        let now = self.time.now
        switch result {
        case .success(let value?):
            let version = trace.acknowledgement?.version
            self.ledger.acknowledged(id, version, fields: fields, state: state, at: now)
            return value
        case .success(nil): break
        case .failure(let error):
            if error.code == .outcomeUnknown || error.cause?.code == .cancelled { self.ledger.leftOpen(id, at: now) }
        }
        return nil
    }
}
