internal import RegionKitCore

/// Incarnations, and the forgetting of what nobody needs.
extension WriteSession {
    /// How many rows of a kind are forgotten in one transaction.
    private static let portion: Int64 = 1000

    /// Draws a new incarnation if the present one is the given one.
    func beginIncarnation(replacing incarnation: UInt64, _ wall: Int64) throws(DatabaseFailure) {
        guard incarnation == self.incarnation else { return }
        try self.forgetLog(through: self.head)
        try self.connection.execute("DELETE FROM cursor; DELETE FROM parked")
        self.incarnation = Layout.incarnation(atMilliseconds: wall, after: self.incarnation)
        self.isReady = false
        self.parked = 0
        let statement = try self.connection.statement("UPDATE meta SET incarnation = ?1, ready = 0")
        try statement.bind(1, Int64(bitPattern: self.incarnation))
        try statement.run()
    }

    /// Lets the region take writes if it still is in the given incarnation.
    func markReady(_ incarnation: UInt64) throws(DatabaseFailure) {
        guard incarnation == self.incarnation, !self.isReady else { return }
        try self.connection.statement("UPDATE meta SET ready = 1").run()
        self.isReady = true
    }

    /// Forgets a portion; true when there may be more.
    func collect(_ collection: ReplicaCollection, _ wall: Int64) throws(DatabaseFailure) -> Bool {
        let base = try self.connection.integer("SELECT base FROM meta") ?? 0
        let through = min(collection.logThrough, self.head, base + Self.portion)
        if through > base { try self.forgetLog(through: through) }
        let hasMore = try self.forgetOperations(wall) || through == base + Self.portion
        guard collection.tombstonesThrough > .zero else { return hasMore }
        try self.raiseFloor(to: collection.floor)
        return try self.forgetTombstones(through: collection.tombstonesThrough) == Self.portion || hasMore
    }

    /// Forgets entries of the log, the last one's version excepted: a cursor that stands there can still be told from
    /// one of a lost past.
    private func forgetLog(through sequence: Int64) throws(DatabaseFailure) {
        let base = try self.connection.statement(
            """
            UPDATE meta SET (base, base_ms, base_counter) = (SELECT sequence, ms, counter FROM log WHERE sequence = ?1)
            WHERE EXISTS (SELECT 1 FROM log WHERE sequence = ?1)
            """
        )
        try base.bind(1, sequence)
        try base.run()
        let entries = try self.connection.statement("DELETE FROM log WHERE sequence <= ?1")
        try entries.bind(1, sequence)
        try entries.run()
    }

    private func forgetTombstones(through reading: HybridTimestamp) throws(DatabaseFailure) -> Int64 {
        let statement = try self.connection.statement(
            """
            DELETE FROM item WHERE rowid IN (
                SELECT rowid FROM item WHERE value IS NULL AND (ms, counter) <= (?1, ?2) ORDER BY ms, counter LIMIT ?3
            )
            """
        )
        try statement.bind(1, reading)
        try statement.bind(3, Self.portion)
        try statement.run()
        return self.connection.changedRows
    }
}
