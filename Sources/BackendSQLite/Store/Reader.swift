internal import RegionKitCore

/// A connection that reads, with the statements it needs again and again; used by one thread at a time.
final class Reader {
    let connection: Connection
    private let region: Region
    let schema: TableSchema
    private let busyTimeout: Duration
    private let point: Statement
    private var nextLook = MonotonicInstant(nanoseconds: .min)

    init(_ configuration: SQLiteStore.Configuration) throws(DatabaseFailure) {
        self.region = configuration.region
        self.schema = configuration.schema
        self.busyTimeout = configuration.busyTimeout
        self.connection = try Connection(reopening: configuration, access: .read)
        try self.connection.execute("PRAGMA query_only = ON")
        self.point = try self.connection.statement(
            "SELECT ms, counter, origin, op_high, op_low, value FROM item WHERE pk = ?1 AND sk = ?2"
        )
    }

    /// Lets no statement wait longer for a lock than the attempt may last, and looks now and then whether the file still
    /// is the one at the path.
    func prepare(for context: AttemptContext, at now: MonotonicInstant) throws(DatabaseFailure) {
        if now >= self.nextLook {
            self.nextLook = now.advanced(by: .milliseconds(100))
            guard !self.connection.hasMoved else {
                throw DatabaseFailure(code: .cannotOpen, message: "the file was moved or replaced", stage: .read)
            }
        }
        let patience = min(self.busyTimeout, now.duration(to: context.deadline))
        self.connection.setBusyTimeout(milliseconds: patience.wholeNanoseconds / 1_000_000)
    }

    func load(_ key: Key) throws(DatabaseFailure) -> ReplicaRow? {
        var bytes = 0
        return try self.load(key, bytes: &bytes)
    }

    /// The item's bytes are added.
    private func load(_ key: Key, bytes: inout Int) throws(DatabaseFailure) -> ReplicaRow? {
        let statement = self.point
        defer { statement.reset() }
        try statement.bind(1, EncodedKey(key))
        guard try statement.step() else { return nil }
        bytes += statement.withBytes(5) { $0.count }
        return ReplicaRow(
            key: key,
            item: try statement.item(5),
            version: statement.version(0),
            operation: statement.operation(3)
        )
    }

    /// Nil when the file has no such index.
    func rows(_ query: RangeQuery, limit: Int, _ context: AttemptContext) throws(DatabaseFailure) -> [ReplicaRow]? {
        let statement = try self.connection.statement(query.sql)
        defer { statement.reset() }
        var parameter: Int32 = 1
        if let index = query.index {
            guard let number = try self.connection.number(of: index) else { return nil }
            try statement.bind(parameter, number)
            parameter += 1
        }
        for value in query.values {
            try statement.bind(parameter, value)
            parameter += 1
        }
        try statement.bind(parameter, Int64(limit))
        return try self.rows(of: statement, context)
    }

    // MARK: Full merges

    func versions(after key: Key?, limit: Int, _ context: AttemptContext) throws(DatabaseFailure) -> [RowVersion] {
        let statement = try self.connection.statement(
            "SELECT pk, sk, ms, counter, origin FROM item WHERE (pk, sk) > (?1, ?2) ORDER BY pk, sk LIMIT ?3"
        )
        defer { statement.reset() }
        // No key is empty, so nothing is before this one.
        try statement.bind(1, key.map { EncodedKey($0) } ?? EncodedKey(partition: [], sort: []))
        try statement.bind(3, Int64(limit))
        return try self.connection.withLimit(context) { () throws(DatabaseFailure) in
            var versions: [RowVersion] = []
            while try statement.step() {
                let key = try statement.key(0, in: self.schema)
                versions.append(RowVersion(key: key, version: statement.version(2)))
            }
            return versions
        }
    }

    func versions(of keys: [Key], _ context: AttemptContext) throws(DatabaseFailure) -> [RowVersion] {
        let statement = try self.connection.statement(
            "SELECT ms, counter, origin FROM item WHERE pk = ?1 AND sk = ?2"
        )
        return try self.connection.withLimit(context) { () throws(DatabaseFailure) in
            var versions: [RowVersion] = []
            for key in keys {
                defer { statement.reset() }
                try statement.bind(1, EncodedKey(key))
                guard try statement.step() else { continue }
                versions.append(RowVersion(key: key, version: statement.version(0)))
            }
            return versions
        }
    }

    func rows(of keys: [Key], _ context: AttemptContext) throws(DatabaseFailure) -> [ReplicaRow] {
        try self.connection.withLimit(context) { () throws(DatabaseFailure) in
            var (rows, bytes) = ([ReplicaRow](), 0)
            for key in keys where bytes < Self.batchBytes {
                guard let row = try self.load(key, bytes: &bytes) else { continue }
                rows.append(row)
            }
            return rows
        }
    }

    /// The statement's rows, or fewer when their items have as many bytes as that.
    private func rows(
        of statement: Statement,
        bytes limit: Int = .max,
        _ context: AttemptContext
    ) throws(DatabaseFailure) -> [ReplicaRow] {
        try self.connection.withLimit(context) { () throws(DatabaseFailure) in
            var (rows, bytes) = ([ReplicaRow](), 0)
            while bytes < limit, try statement.step() {
                rows.append(
                    ReplicaRow(
                        key: try statement.key(0, in: self.schema),
                        item: try statement.item(7),
                        version: statement.version(2),
                        operation: statement.operation(5)
                    )
                )
                bytes += statement.withBytes(7) { $0.count }
            }
            return rows
        }
    }

    // MARK: The log

    /// How many bytes of items a batch of changes has at most, the last item excepted: replication holds them in memory.
    private static let batchBytes = 1 << 20

    func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        _ context: AttemptContext
    ) throws(DatabaseFailure) -> ChangeBatch {
        try self.inSnapshot { () throws(DatabaseFailure) in
            let (base, head) = try self.log()
            if cursor == .start {
                guard base.sequence == 0 else { return .gap(head) }
            } else {
                guard cursor.incarnation <= head.incarnation else { return .diverged }
                guard cursor.incarnation == head.incarnation else { return .gap(head) }
                guard cursor.sequence <= head.sequence else { return .diverged }
                guard cursor.sequence >= base.sequence else { return .gap(head) }
                let version = cursor.sequence == base.sequence ? base.version : try self.version(at: cursor.sequence)
                guard cursor.version == version else { return .diverged }
            }
            let rows = try self.entries(after: cursor.sequence, limit: limit, context)
            guard let last = rows.last else { return .entries([], head) }
            let sequence = cursor.sequence + Int64(rows.count)
            return .entries(
                rows,
                ReplicaCursor(incarnation: head.incarnation, sequence: sequence, version: last.version)
            )
        }
    }

    /// The end of what the log has forgotten, and its own end.
    private func log() throws(DatabaseFailure) -> (base: ReplicaCursor, head: ReplicaCursor) {
        let meta = try self.connection.statement("SELECT incarnation, base, base_ms, base_counter FROM meta")
        defer { meta.reset() }
        guard try meta.step() else { throw self.damaged }
        var base = ReplicaCursor(
            incarnation: UInt64(bitPattern: meta.integer(0)),
            sequence: meta.integer(1),
            version: nil
        )
        if !meta.isNull(2) { base.version = Version(timestamp: meta.timestamp(2), origin: Origin(self.region)) }
        let last = try self.connection.statement(
            "SELECT sequence, ms, counter FROM log ORDER BY sequence DESC LIMIT 1"
        )
        defer { last.reset() }
        guard try last.step() else { return (base, base) }
        let version = Version(timestamp: last.timestamp(1), origin: Origin(self.region))
        return (base, ReplicaCursor(incarnation: base.incarnation, sequence: last.integer(0), version: version))
    }

    private func version(at sequence: Int64) throws(DatabaseFailure) -> Version? {
        let statement = try self.connection.statement("SELECT ms, counter FROM log WHERE sequence = ?1")
        defer { statement.reset() }
        try statement.bind(1, sequence)
        guard try statement.step() else { return nil }
        return Version(timestamp: statement.timestamp(0), origin: Origin(self.region))
    }

    private func entries(
        after sequence: Int64,
        limit: Int,
        _ context: AttemptContext
    ) throws(DatabaseFailure) -> [ReplicaRow] {
        let statement = try self.connection.statement(
            """
            SELECT pk, sk, ms, counter, ?3, op_high, op_low, value FROM log WHERE sequence > ?1 ORDER BY sequence LIMIT ?2
            """
        )
        defer { statement.reset() }
        try statement.bind(1, sequence)
        try statement.bind(2, Int64(limit))
        try statement.bind(3, Int64(Origin(self.region).rawValue))
        return try self.rows(of: statement, bytes: Self.batchBytes, context)
    }

    // MARK: The region

    func status() throws(DatabaseFailure) -> ReplicaStatus {
        try self.inSnapshot { () throws(DatabaseFailure) in
            let (_, head) = try self.log()
            let statement = try self.connection.statement(
                """
                SELECT ready, EXISTS (SELECT 1 FROM item), clock.ms, clock.counter, (SELECT count(*) FROM parked),
                    floor_ms, floor_counter, floor_origin
                FROM meta, clock
                """
            )
            defer { statement.reset() }
            guard try statement.step() else { throw self.damaged }
            return ReplicaStatus(
                region: self.region,
                isReady: statement.integer(0) != 0,
                isEmpty: statement.integer(1) == 0,
                head: head,
                cursors: try self.cursors(),
                clock: statement.timestamp(2),
                collectionFloor: statement.isNull(5) ? nil : statement.version(5),
                parked: Int(statement.integer(4))
            )
        }
    }

    private func cursors() throws(DatabaseFailure) -> [Region: ReplicaCursor] {
        let statement = try self.connection.statement(
            "SELECT peer, incarnation, sequence, ms, counter, origin FROM cursor"
        )
        defer { statement.reset() }
        var cursors: [Region: ReplicaCursor] = [:]
        while try statement.step() { cursors[Region(statement.text(0))] = statement.cursor(1) }
        return cursors
    }

    /// The peers for whose leases there is something to write.
    func openLeases(_ request: LeaseRequest, _ wall: Int64) throws(DatabaseFailure) -> Set<Region> {
        let statement = try self.connection.statement(
            "SELECT peer, holder = ?1, ?2 NOT BETWEEN since AND until - 1 FROM lease"
        )
        defer { statement.reset() }
        try statement.bind(1, Int64(bitPattern: request.holder))
        try statement.bind(2, wall)
        var (own, others): (Set<Region>, Set<Region>) = ([], [])
        while try statement.step() {
            let peer = Region(statement.text(0))
            if statement.integer(1) == 1 { own.insert(peer) } else if statement.integer(2) == 0 { others.insert(peer) }
        }
        return request.givesUp ? request.peers.intersection(own) : request.peers.subtracting(others)
    }

    /// Reads a row, if there is one, and whether the region takes writes.
    func probe() throws(DatabaseFailure) -> Bool {
        try self.inSnapshot { () throws(DatabaseFailure) in
            let statement = try self.connection.statement("SELECT value FROM item LIMIT 1")
            defer { statement.reset() }
            if try statement.step() { _ = try statement.item(0) }
            return try self.connection.integer("SELECT ready FROM meta") == 1
        }
    }

    /// Runs several reads on one state of the file.
    private func inSnapshot<Result>(
        _ body: () throws(DatabaseFailure) -> Result
    ) throws(DatabaseFailure) -> Result {
        try self.connection.statement("BEGIN").run()
        defer { _ = self.connection.rollback() }
        return try body()
    }

    private var damaged: DatabaseFailure {
        DatabaseFailure(code: .corrupt, message: "the table meta is empty", stage: .read)
    }
}
