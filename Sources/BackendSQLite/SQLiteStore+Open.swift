internal import Foundation
public import RegionKitCore

extension SQLiteStore {
    /// Opens a region's file, and creates it where there is none.
    ///
    /// Refused, `rejected`, and left as it is: a symbolic link, another application's database, a file of another
    /// region or with other keys, one of a newer format. A file that is no database is left as it is, too, but it may
    /// be a region's that was damaged: `unavailable`, ``ErrorCode/corrupt``. Indexes that the schema has and the file
    /// has not are built, others are dropped. Blocks its thread for the time that takes.
    public static func open(_ configuration: Configuration) throws(BackendError) -> SQLiteStore {
        var configuration = configuration
        do throws(ValidationError) {
            try configuration.validate()
        } catch {
            throw BackendError(error)
        }
        let file = try DatabaseFile(path: configuration.path)
        configuration.path = file.path
        try file.createIfMissing()
        switch DatabaseFile.contents(of: file.path) {
        case .nothing, .region: break
        case .unreadable:
            let reason = "cannot be read; this user needs the right to read and write it."
            throw DatabaseFile.refusal(file.path, reason, .unavailable, .unavailable)
        case .noDatabase:
            let reason = "is not a SQLite database, or its beginning is damaged. \(Self.repair)"
            throw DatabaseFile.refusal(file.path, reason, .unavailable, .corrupt)
        case .foreign(let what): throw DatabaseFile.refusal(file.path, "\(what) \(Self.advice)")
        }
        var reason: String?
        do throws(DatabaseFailure) {
            let connection = try Connection(path: file.path, access: .write)
            connection.setBusyTimeout(milliseconds: Self.patience)
            try connection.create(configuration)
            reason = try connection.mismatch(configuration)
            if reason == nil {
                file.restrict()
                try connection.enterLogMode(patience: Self.patience)
                try connection.rebuildIndexes(configuration.schema.indexes)
                try connection.configure(configuration)
                let session = try WriteSession(connection, configuration, clock: HybridLogicalClock())
                return SQLiteStore(session, configuration)
            }
        } catch {
            var error = error.error(in: configuration.region)
            error.message = "\(file.path) cannot be opened. \(error.message)"
            if error.failure == .readOnly {
                error.message += " This user must be able to write the file and its folder."
            }
            throw error
        }
        throw DatabaseFile.refusal(file.path, "\(reason ?? "") \(Self.advice)")
    }

    private static let repair =
        "It was left as it is: restore it from a copy, or move it away; then the region merges from its peers."

    private static let advice = "It was left as it is: choose another path, or move it away."

    /// How long opening waits for another process that creates or changes the same file, in milliseconds.
    private static let patience: Int64 = 5000
}

extension Connection {
    /// Opens a region's file once more.
    ///
    /// Another one may stand at its place by now: it is looked at first.
    convenience init(
        reopening configuration: SQLiteStore.Configuration,
        access: Access
    ) throws(DatabaseFailure) {
        guard DatabaseFile.contents(of: configuration.path) == .region else {
            throw DatabaseFailure(
                code: .cannotOpen,
                message: "the file is missing or is no region any more",
                stage: .read
            )
        }
        try self.init(path: configuration.path, access: access)
        try self.configure(configuration)
        if let reason = try self.mismatch(configuration) {
            throw DatabaseFailure(code: .cannotOpen, message: "the file was replaced: it \(reason)", stage: .read)
        }
    }

    /// Makes the tables of a region in an empty file.
    ///
    /// In one transaction of the rollback journal, not the write-ahead log: so the mark of our files stands in the
    /// file itself from the beginning.
    fileprivate func create(_ configuration: SQLiteStore.Configuration) throws(DatabaseFailure) {
        guard try self.integer("SELECT count(*) FROM sqlite_schema") == 0 else { return }
        try self.inTransaction { () throws(DatabaseFailure) in
            // Another process may have been faster.
            guard try self.integer("SELECT count(*) FROM sqlite_schema") == 0 else { return }
            try self.execute(Layout.tables)
            try self.execute("PRAGMA application_id = \(Layout.applicationID)")
            try self.execute("PRAGMA user_version = \(Layout.formatVersion)")
            let meta = try self.statement(
                """
                INSERT INTO meta (one, region, incarnation, ready, generation, base, name, pk_name, pk_kind, sk_name, sk_kind)
                VALUES (1, ?1, ?2, 0, 0, 0, ?3, ?4, ?5, ?6, ?7)
                """
            )
            try meta.bind(1, configuration.region.name)
            let incarnation = Layout.incarnation(atMilliseconds: SystemTime().wallMilliseconds)
            try meta.bind(2, Int64(bitPattern: incarnation))
            try meta.bind(3, configuration.schema.name)
            try meta.bind(4, configuration.schema.partitionKey, configuration.schema.sortKey)
            try meta.run()
        }
    }

    /// Why the file is not the one that was asked for, as a sentence that goes on after its name; nil when it is.
    fileprivate func mismatch(_ configuration: SQLiteStore.Configuration) throws(DatabaseFailure) -> String? {
        guard try self.integer("PRAGMA application_id") == Layout.applicationID,
            try self.integer("PRAGMA user_version") == Layout.formatVersion
        else { return "is no region of this version of RegionKit." }
        let statement = try self.statement("SELECT region, name, pk_name, pk_kind, sk_name, sk_kind FROM meta")
        defer { statement.reset() }
        guard try statement.step() else { return "has lost its description." }
        let region = Region(statement.text(0))
        guard region == configuration.region else {
            return "holds region \(region), not \(configuration.region)."
        }
        func key(_ name: Int32, _ kind: Int32) -> TableSchema.KeyAttribute? {
            AttributeValue.Kind(rawValue: statement.text(kind)).map { .init(statement.text(name), $0) }
        }
        let schema = configuration.schema
        guard statement.text(1) == schema.name, key(2, 3) == schema.partitionKey, key(4, 5) == schema.sortKey else {
            func text(_ table: String, _ keys: TableSchema.KeyAttribute?...) -> String {
                let keys = keys.compactMap(\.self).map { "\($0.name) (\($0.kind.rawValue))" }
                return "\(table) with the keys \(keys.joined(separator: ", "))"
            }
            let asked = text(schema.name, schema.partitionKey, schema.sortKey)
            return "holds table \(text(statement.text(1), key(2, 3), key(4, 5))), not \(asked)."
        }
        return nil
    }

    /// Changes the file to the write-ahead log, so that reads and writes go on side by side.
    fileprivate func enterLogMode(patience: Int64) throws(DatabaseFailure) {
        let end = ContinuousClock.now + .milliseconds(patience)
        while true {
            do throws(DatabaseFailure) {
                let mode = try self.text("PRAGMA journal_mode = WAL")
                guard mode == "wal" else {
                    throw DatabaseFailure(
                        code: .cannotOpen,
                        message: "this file system has no shared memory for the write-ahead log",
                        stage: .read
                    )
                }
                return
            } catch {
                // Opening is synchronous; the wait is bounded by `end`, and SQLite does not always wait here by itself.
                guard error.code.primary == .busy, ContinuousClock.now < end else { throw error }
                usleep(5000)
            }
        }
    }
}
