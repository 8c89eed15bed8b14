internal import RegionKitCore

/// Changes that other regions accepted.
extension WriteSession {
    /// How many parked rows are applied in one transaction.
    private static let dueLimit = 1000

    /// Applies foreign rows.
    ///
    /// After a failure of either kind the transaction is to be rolled back.
    func apply(
        _ application: EncodedApplication,
        _ wall: Int64
    ) throws(DatabaseFailure) -> Result<ApplicationOutcome, BackendError> {
        if let from = application.from, try self.cursor(of: application.peer) != from {
            return .success(ApplicationOutcome(moved: false, applied: 0, parked: self.parked))
        }
        let horizon = wall + application.maximumDrift.wholeNanoseconds / 1_000_000
        var applied = 0
        for row in try self.takeDue(horizon) where try self.merge(row) { applied += 1 }
        for row in application.rows {
            if row.version.timestamp.milliseconds > horizon {
                try self.park(row)
            } else if try self.merge(row) {
                applied += 1
            }
        }
        guard self.parked <= self.parkedLimit else {
            return .failure(
                BackendError(
                    .unavailable,
                    .overloaded,
                    "Region \(self.region) already keeps \(self.parkedLimit) rows from clocks that are ahead."
                )
            )
        }
        if let bound = application.purgeBound {
            for key in application.purge { try self.purge(key, upTo: bound) }
            try self.raiseFloor(to: bound)
        }
        if application.from != nil { try self.move(application.peer, to: application.to) }
        return .success(ApplicationOutcome(moved: true, applied: applied, parked: self.parked))
    }

    /// Stores a row if it is newer than what stands there; true if so.
    private func merge(_ row: EncodedApplication.Row) throws(DatabaseFailure) -> Bool {
        self.clock.receive(row.version.timestamp)
        let found = try self.find(row.row.key)
        if let version = found.version, version >= row.version { return false }
        try self.put(row.row, row.version, row.operation, over: found)
        return true
    }

    // MARK: Rows ahead of time

    private func park(_ row: EncodedApplication.Row) throws(DatabaseFailure) {
        let statement = try self.connection.statement(
            """
            INSERT INTO parked (ms, counter, origin, pk, sk, op_high, op_low, value)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING
            """
        )
        try statement.bind(1, row.version)
        try statement.bind(4, row.row.key)
        try statement.bind(6, row.operation)
        try statement.bind(8, row.row.value)
        try statement.run()
        self.parked += Int(self.connection.changedRows)
    }

    /// Takes rows out of the parking table whose time has come, oldest first.
    private func takeDue(_ horizon: Int64) throws(DatabaseFailure) -> [EncodedApplication.Row] {
        guard self.parked > 0 else { return [] }
        let statement = try self.connection.statement(
            """
            DELETE FROM parked WHERE (ms, counter, origin, pk, sk) IN (
                SELECT ms, counter, origin, pk, sk FROM parked WHERE ms <= ?1 ORDER BY ms LIMIT ?2
            ) RETURNING ms, counter, origin, pk, sk, op_high, op_low, value
            """
        )
        defer { statement.reset() }
        try statement.bind(1, horizon)
        try statement.bind(2, Int64(Self.dueLimit))
        var rows: [EncodedApplication.Row] = []
        while try statement.step() {
            let row = EncodedRow(
                statement.key(3),
                value: statement.isNull(7) ? nil : statement.bytes(7),
                entries: self.schema.entries(of: try statement.item(7))
            )
            rows.append(
                EncodedApplication.Row(row: row, version: statement.version(0), operation: statement.operation(5))
            )
        }
        self.parked -= rows.count
        return rows
    }

    // MARK: What peers collected

    private func purge(_ key: EncodedKey, upTo bound: Version) throws(DatabaseFailure) {
        let found = try self.find(key)
        guard let version = found.version, version <= bound else { return }
        let statement = try self.connection.statement("DELETE FROM item WHERE pk = ?1 AND sk = ?2")
        try statement.bind(1, key)
        try statement.run()
        try self.index(key, from: found.entries, to: [])
    }

    /// Notes that tombstones up to a version may be gone.
    func raiseFloor(to version: Version) throws(DatabaseFailure) {
        let statement = try self.connection.statement(
            """
            UPDATE meta SET floor_ms = ?1, floor_counter = ?2, floor_origin = ?3
            WHERE floor_ms IS NULL OR (floor_ms, floor_counter, floor_origin) < (?1, ?2, ?3)
            """
        )
        try statement.bind(1, version)
        try statement.run()
    }

    // MARK: Cursors

    private func cursor(of peer: Region) throws(DatabaseFailure) -> ReplicaCursor {
        let statement = try self.connection.statement(
            "SELECT incarnation, sequence, ms, counter, origin FROM cursor WHERE peer = ?1"
        )
        defer { statement.reset() }
        try statement.bind(1, peer.name)
        return try statement.step() ? statement.cursor(0) : .start
    }

    private func move(_ peer: Region, to cursor: ReplicaCursor) throws(DatabaseFailure) {
        guard cursor != .start else {
            let statement = try self.connection.statement("DELETE FROM cursor WHERE peer = ?1")
            try statement.bind(1, peer.name)
            return try statement.run()
        }
        let statement = try self.connection.statement(
            """
            INSERT INTO cursor (peer, incarnation, sequence, ms, counter, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO UPDATE SET incarnation = ?2, sequence = ?3, ms = ?4, counter = ?5, origin = ?6
            """
        )
        try statement.bind(1, peer.name)
        try statement.bind(2, cursor)
        try statement.run()
    }
}
