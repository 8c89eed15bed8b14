internal import RegionKitCore

/// The connection that writes, and what it remembers between transactions; used by one thread at a time.
///
/// Methods that write are called between ``begin()`` and the connection's commit, or ``rollback()``; `wall` is the
/// region's wall-clock time in epoch milliseconds.
final class WriteSession {
    let connection: Connection
    let region: Region
    let origin: Origin
    let schema: TableSchema
    let parkedLimit: Int
    /// The numbers of the schema's indexes, in its order.
    let indexes: [Int64]
    /// What `meta` said when this session was opened; another process may change the indexes.
    private let generation: Int64

    var clock: HybridLogicalClock
    private var storedClock = HybridTimestamp.zero
    var incarnation: UInt64 = 0
    var isReady = false
    /// What keeps the region from becoming ready, as far as it is known here: a full disk for example.
    var obstacle: BackendError?
    /// The log's last number.
    private(set) var head: Int64 = 0
    /// How many rows are parked.
    var parked = 0
    /// Which state of the file the values above were read from.
    private var dataVersion: Int64?

    private let hot: Hot

    /// Statements of the common path, kept out of the connection's dictionary.
    private struct Hot {
        var dataVersion: Statement
        var findOperation: Statement
        var addOperation: Statement
        var findVersion: Statement
        var findItem: Statement
        var putItem: Statement
        var addLog: Statement
    }

    /// Goes on from a clock that may be ahead of the stored one.
    init(
        _ connection: Connection,
        _ configuration: SQLiteStore.Configuration,
        clock: HybridLogicalClock
    ) throws(DatabaseFailure) {
        self.connection = connection
        self.region = configuration.region
        self.origin = Origin(configuration.region)
        self.schema = configuration.schema
        self.parkedLimit = configuration.parkedLimit
        self.clock = clock
        try connection.execute(Layout.leases)
        self.indexes = try connection.numbers(of: configuration.schema.indexes)
        self.generation = try connection.integer("SELECT generation FROM meta") ?? 0
        self.hot = Hot(
            dataVersion: try connection.statement("PRAGMA data_version"),
            findOperation: try connection.statement(
                "SELECT digest, ms, counter FROM op WHERE op_high = ?1 AND op_low = ?2"
            ),
            addOperation: try connection.statement(
                "INSERT INTO op (op_high, op_low, digest, until, ms, counter) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
            ),
            findVersion: try connection.statement(
                "SELECT ms, counter, origin FROM item WHERE pk = ?1 AND sk = ?2"
            ),
            findItem: try connection.statement(
                "SELECT ms, counter, origin, value FROM item WHERE pk = ?1 AND sk = ?2"
            ),
            putItem: try connection.statement(
                """
                INSERT INTO item (pk, sk, ms, counter, origin, op_high, op_low, value)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                ON CONFLICT (pk, sk) DO UPDATE SET ms = ?3, counter = ?4, origin = ?5, op_high = ?6, op_low = ?7,
                    value = ?8
                """
            ),
            addLog: try connection.statement(
                """
                INSERT INTO log (sequence, pk, sk, ms, counter, op_high, op_low, value)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                """
            )
        )
    }

    // MARK: Transactions

    /// Begins a transaction that holds the file's write lock, and catches up with other processes.
    func begin() throws(DatabaseFailure) {
        guard !self.connection.hasMoved else {
            throw DatabaseFailure(code: .cannotOpen, message: "the file was moved or replaced", stage: .write)
        }
        try self.connection.statement("BEGIN IMMEDIATE").run()
        let statement = self.hot.dataVersion
        defer { statement.reset() }
        _ = try statement.step()
        let dataVersion = statement.integer(0)
        if dataVersion != self.dataVersion { try self.reload() }
        self.dataVersion = dataVersion
    }

    /// Rolls back; false when the connection is of no further use.
    func rollback() -> Bool {
        // What was remembered may belong to the transaction that is gone; the clock alone never goes back.
        self.dataVersion = nil
        return self.connection.rollback()
    }

    private func reload() throws(DatabaseFailure) {
        let statement = try self.connection.statement(
            """
            SELECT incarnation, ready, generation, coalesce((SELECT max(sequence) FROM log), base), clock.ms,
                clock.counter, (SELECT count(*) FROM parked)
            FROM meta, clock
            """
        )
        defer { statement.reset() }
        guard try statement.step() else { throw self.damaged("the table meta is empty") }
        guard statement.integer(2) == self.generation else {
            throw DatabaseFailure(
                code: .schemaChanged,
                message: "another process changed the region's indexes; open the region again",
                stage: .write
            )
        }
        self.incarnation = UInt64(bitPattern: statement.integer(0))
        self.isReady = statement.integer(1) != 0
        self.head = statement.integer(3)
        self.storedClock = statement.timestamp(4)
        self.clock.receive(self.storedClock)
        self.parked = Int(statement.integer(6))
    }

    /// Stores the clock if it has moved, and forgets ids whose time is over.
    func finish(_ wall: Int64) throws(DatabaseFailure) {
        if self.clock.last != self.storedClock { try self.storeClock() }
        try self.forgetOperations(wall)
    }

    /// Stores the clock.
    func storeClock() throws(DatabaseFailure) {
        let statement = try self.connection.statement("UPDATE clock SET ms = ?1, counter = ?2")
        try statement.bind(1, self.clock.last)
        try statement.run()
        self.storedClock = self.clock.last
    }

    /// Does what a job asks for; a refusal of the region is a result, a failure of SQLite is thrown.
    func perform(_ job: WriteJob, _ wall: Int64) throws(DatabaseFailure) -> Result<WriteJob.Answer, BackendError> {
        switch job.work {
        case .commit(let commit):
            return try self.run(commit, job.context, wall).map { .committed($0) }
        case .apply(let application):
            return try self.apply(application, wall).map { .applied($0) }
        case .collect(let collection):
            return .success(.collected(hasMore: try self.collect(collection, wall)))
        case .beginIncarnation(let incarnation):
            try self.beginIncarnation(replacing: incarnation, wall)
        case .markReady(let incarnation):
            try self.markReady(incarnation)
        case .lease(let request):
            return .success(.leased(try self.lease(request, wall)))
        case .probe:
            try self.storeClock()
        }
        return .success(.done)
    }

    // MARK: Commits

    private func run(
        _ commit: EncodedCommit,
        _ context: AttemptContext,
        _ wall: Int64
    ) throws(DatabaseFailure) -> Result<CommitOutcome, BackendError> {
        guard self.isReady else {
            let reason = self.obstacle.map { "that failed. \($0.message)" }
            return .failure(
                BackendError(
                    .unavailable,
                    .notReady,
                    "Region \(self.region) takes no writes before it has merged from its peers; "
                        + (reason ?? "replication does that while the store runs.")
                )
            )
        }
        if let known = try self.known(context.operation, digest: commit.digest) { return known }
        guard !commit.changes.isEmpty else {
            try self.remember(context.operation, digest: commit.digest, nil, wall)
            return .success(.refused)
        }
        var found: [Found] = []
        for change in commit.changes {
            let state = try self.find(change.row.key)
            guard change.expected.holds(for: state.version) else { return .success(.superseded) }
            found.append(state)
        }
        let reading = self.clock.tick(wallMilliseconds: wall, floor: context.clockFloor)
        let version = Version(timestamp: reading, origin: self.origin)
        for (change, found) in zip(commit.changes, found) where change.writes {
            try self.put(change.row, version, context.operation, over: found)
            try self.log(change.row, reading, context.operation)
        }
        try self.remember(context.operation, digest: commit.digest, reading, wall)
        return .success(.committed(version))
    }

    private func known(
        _ operation: OperationID,
        digest: UInt64
    ) throws(DatabaseFailure) -> Result<CommitOutcome, BackendError>? {
        let statement = self.hot.findOperation
        defer { statement.reset() }
        try statement.bind(1, operation)
        guard try statement.step() else { return nil }
        guard UInt64(bitPattern: statement.integer(0)) == digest else {
            return .failure(
                BackendError(.rejected, .idempotencyMismatch, "Operation \(operation) was another request before.")
            )
        }
        guard !statement.isNull(1) else { return .success(.refused) }
        return .success(.repeated(Version(timestamp: statement.timestamp(1), origin: self.origin)))
    }

    private func remember(
        _ operation: OperationID,
        digest: UInt64,
        _ reading: HybridTimestamp?,
        _ wall: Int64
    ) throws(DatabaseFailure) {
        let statement = self.hot.addOperation
        defer { statement.reset() }
        try statement.bind(1, operation)
        try statement.bind(3, Int64(bitPattern: digest))
        try statement.bind(4, wall + Self.operationLife)
        try statement.bind(5, reading)
        try statement.run()
    }

    private func log(
        _ row: EncodedRow,
        _ reading: HybridTimestamp,
        _ operation: OperationID
    ) throws(DatabaseFailure) {
        let statement = self.hot.addLog
        try statement.bind(1, self.head + 1)
        try statement.bind(2, row.key)
        try statement.bind(4, reading)
        try statement.bind(6, operation)
        try statement.bind(8, row.value)
        try statement.run()
        self.head += 1
    }

    // MARK: Rows

    /// What stands under a key, as far as a write needs it.
    struct Found {
        var version: Version?
        /// As ``EncodedRow/entries``; empty when the table has no index or nothing stands there.
        var entries: [EncodedKey?] = []
    }

    func find(_ key: EncodedKey) throws(DatabaseFailure) -> Found {
        let statement = self.indexes.isEmpty ? self.hot.findVersion : self.hot.findItem
        defer { statement.reset() }
        try statement.bind(1, key)
        guard try statement.step() else { return Found(version: nil) }
        var found = Found(version: statement.version(0))
        if !self.indexes.isEmpty { found.entries = self.schema.entries(of: try statement.item(3)) }
        return found
    }

    func put(
        _ row: EncodedRow,
        _ version: Version,
        _ operation: OperationID,
        over found: Found
    ) throws(DatabaseFailure) {
        let statement = self.hot.putItem
        try statement.bind(1, row.key)
        try statement.bind(3, version)
        try statement.bind(6, operation)
        try statement.bind(8, row.value)
        try statement.run()
        try self.index(row.key, from: found.entries, to: row.entries)
    }

    /// Moves a key from its old places in the indexes to its new ones.
    func index(_ key: EncodedKey, from old: [EncodedKey?], to new: [EncodedKey?]) throws(DatabaseFailure) {
        for (position, number) in self.indexes.enumerated() {
            let (old, new) = (old.isEmpty ? nil : old[position], new.isEmpty ? nil : new[position])
            guard old != new else { continue }
            if let old { try self.connection.removeEntry(number, old, of: key) }
            if let new { try self.connection.addEntry(number, new, of: key) }
        }
    }

    // MARK: Ids

    /// How long an operation's result is kept, in milliseconds: longer than any retry may take.
    private static let operationLife: Int64 = 10 * 60 * 1000

    /// Forgets the oldest ids whose time is over, more at a time than are added; true when there were any.
    @discardableResult
    func forgetOperations(_ wall: Int64) throws(DatabaseFailure) -> Bool {
        let oldest = try self.connection.statement("SELECT number, until FROM op ORDER BY number LIMIT 1")
        defer { oldest.reset() }
        guard try oldest.step(), oldest.integer(1) < wall else { return false }
        let statement = try self.connection.statement("DELETE FROM op WHERE number < ?1 AND until < ?2")
        try statement.bind(1, oldest.integer(0) + 256)
        try statement.bind(2, wall)
        try statement.run()
        return true
    }

    func damaged(_ message: String) -> DatabaseFailure {
        DatabaseFailure(code: .corrupt, message: message, stage: .write)
    }
}
