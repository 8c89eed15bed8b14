internal import RegionKitCore

/// The side table that keeps the secondary indexes.
extension Connection {
    /// The numbers of indexes, in the order given.
    func numbers(of indexes: [TableSchema.Index]) throws(DatabaseFailure) -> [Int64] {
        var numbers: [Int64] = []
        for index in indexes {
            guard let number = try self.number(of: index) else {
                throw DatabaseFailure(
                    code: .schemaChanged,
                    message: "another process changed the region's indexes; open the region again",
                    stage: .write
                )
            }
            numbers.append(number)
        }
        return numbers
    }

    /// The number of an index of this definition; nil when there is none.
    func number(of index: TableSchema.Index) throws(DatabaseFailure) -> Int64? {
        let statement = try self.statement(
            """
            SELECT id FROM indexes WHERE name = ?1 AND pk_name = ?2 AND pk_kind = ?3 AND sk_name IS ?4 AND sk_kind IS ?5
            """
        )
        defer { statement.reset() }
        try statement.bind(1, index)
        return try statement.step() ? statement.integer(0) : nil
    }

    func addEntry(_ number: Int64, _ entry: EncodedKey, of key: EncodedKey) throws(DatabaseFailure) {
        try self.runEntry(
            "INSERT INTO entry (id, pk, sk, item_pk, item_sk) VALUES (?1, ?2, ?3, ?4, ?5)",
            number,
            entry,
            key
        )
    }

    func removeEntry(_ number: Int64, _ entry: EncodedKey, of key: EncodedKey) throws(DatabaseFailure) {
        try self.runEntry(
            "DELETE FROM entry WHERE id = ?1 AND pk = ?2 AND sk = ?3 AND item_pk = ?4 AND item_sk = ?5",
            number,
            entry,
            key
        )
    }

    private func runEntry(
        _ sql: String,
        _ number: Int64,
        _ entry: EncodedKey,
        _ key: EncodedKey
    ) throws(DatabaseFailure) {
        let statement = try self.statement(sql)
        try statement.bind(1, number)
        try statement.bind(2, entry)
        try statement.bind(4, key)
        try statement.run()
    }

    /// Makes the file's indexes those of the schema: drops what is gone, builds what is new.
    func rebuildIndexes(_ indexes: [TableSchema.Index]) throws(DatabaseFailure) {
        let (dropped, added) = try self.difference(from: indexes)
        guard !dropped.isEmpty || !added.isEmpty else { return }
        try self.inTransaction { () throws(DatabaseFailure) in
            // Another process may have been faster.
            let (dropped, added) = try self.difference(from: indexes)
            guard !dropped.isEmpty || !added.isEmpty else { return }
            for number in dropped { try self.drop(number) }
            try self.build(added)
            // Other processes notice by it that the indexes they keep are no longer the file's.
            try self.statement("UPDATE meta SET generation = generation + 1").run()
        }
    }

    private func difference(
        from indexes: [TableSchema.Index]
    ) throws(DatabaseFailure) -> (dropped: Set<Int64>, added: [TableSchema.Index]) {
        var dropped = try self.indexNumbers()
        var added: [TableSchema.Index] = []
        for index in indexes {
            if let number = try self.number(of: index) { dropped.remove(number) } else { added.append(index) }
        }
        return (dropped, added)
    }

    private func drop(_ number: Int64) throws(DatabaseFailure) {
        for sql in ["DELETE FROM entry WHERE id = ?1", "DELETE FROM indexes WHERE id = ?1"] {
            let statement = try self.statement(sql)
            try statement.bind(1, number)
            try statement.run()
        }
    }

    private func indexNumbers() throws(DatabaseFailure) -> Set<Int64> {
        let statement = try self.statement("SELECT id FROM indexes")
        defer { statement.reset() }
        var numbers: Set<Int64> = []
        while try statement.step() { numbers.insert(statement.integer(0)) }
        return numbers
    }

    private func build(_ added: [TableSchema.Index]) throws(DatabaseFailure) {
        guard !added.isEmpty else { return }
        for index in added {
            let statement = try self.statement(
                "INSERT INTO indexes (name, pk_name, pk_kind, sk_name, sk_kind) VALUES (?1, ?2, ?3, ?4, ?5)"
            )
            try statement.bind(1, index)
            try statement.run()
        }
        let numbers = try self.numbers(of: added)
        let statement = try self.statement("SELECT pk, sk, value FROM item WHERE value IS NOT NULL")
        defer { statement.reset() }
        while try statement.step() {
            guard let item = try statement.item(2) else { continue }
            let key = statement.key(0)
            for (index, number) in zip(added, numbers) {
                guard let entry = EncodedKey(item, in: index) else { continue }
                try self.addEntry(number, entry, of: key)
            }
        }
    }
}
