internal import CSQLite
internal import RegionKitCore

/// An open database file, used by one thread at a time.
@safe final class Connection {
    /// What a connection may do.
    enum Access: Hashable, Sendable {
        case read
        case write
    }

    private let handle: OpaquePointer
    private let stage: DatabaseFailure.Stage
    private let limit = WorkLimit()
    private var prepared: [String: Statement] = [:]

    /// Opens a file that exists; see ``DatabaseFile`` for what has to be checked before.
    init(path: String, access: Access) throws(DatabaseFailure) {
        var opened: OpaquePointer?
        // No URI, no symbolic link, and no mutex: whoever holds the connection uses it alone.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let handle = unsafe opened else {
            throw DatabaseFailure(code: .noMemory, message: "out of memory", stage: .read)
        }
        unsafe self.handle = handle
        self.stage = access == .read ? .read : .write
        try self.check(code, .read)
        try self.harden()
    }

    deinit {
        // The handle goes with the last of its statements.
        unsafe sqlite3_close_v2(self.handle)
    }

    /// Takes away what this package does not use.
    ///
    /// Reference: <https://www.sqlite.org/security.html>
    private func harden() throws(DatabaseFailure) {
        let switches = [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
            (SQLITE_DBCONFIG_ENABLE_VIEW, 0), (SQLITE_DBCONFIG_DQS_DML, 0), (SQLITE_DBCONFIG_DQS_DDL, 0),
        ]
        for (option, value) in switches {
            try self.check(unsafe regionkit_db_config(self.handle, option, Int32(value)), .read)
        }
        // An item's JSON is at most some 3 MB: 400 KB of text, six characters for each in the worst case.
        unsafe sqlite3_limit(self.handle, SQLITE_LIMIT_LENGTH, 16 << 20)
        unsafe sqlite3_limit(self.handle, SQLITE_LIMIT_SQL_LENGTH, 64 << 10)
        unsafe sqlite3_limit(self.handle, SQLITE_LIMIT_ATTACHED, 0)
        unsafe sqlite3_limit(self.handle, SQLITE_LIMIT_WORKER_THREADS, 0)
    }

    // MARK: Statements

    /// The statement for a constant text of SQL, prepared once.
    func statement(_ sql: String) throws(DatabaseFailure) -> Statement {
        if let statement = self.prepared[sql] { return statement }
        var handle: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(self.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        try self.check(code, self.stage)
        guard let handle = unsafe handle else {
            throw DatabaseFailure(code: ResultCode(rawValue: SQLITE_MISUSE), message: "empty SQL", stage: self.stage)
        }
        let statement = unsafe Statement(handle: handle, stage: self.stage)
        self.prepared[sql] = statement
        return statement
    }

    /// Runs constant SQL without parameters or rows.
    func execute(_ sql: String) throws(DatabaseFailure) {
        try self.check(unsafe sqlite3_exec(self.handle, sql, nil, nil, nil), self.stage)
    }

    /// The number that a pragma or another constant query answers with; nil without a row.
    func integer(_ sql: String) throws(DatabaseFailure) -> Int64? {
        let statement = try self.statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.integer(0) : nil
    }

    /// The text that a pragma or another constant query answers with; nil without a row.
    func text(_ sql: String) throws(DatabaseFailure) -> String? {
        let statement = try self.statement(sql)
        defer { statement.reset() }
        return try statement.step() ? statement.text(0) : nil
    }

    /// How many rows the last INSERT, UPDATE or DELETE changed.
    var changedRows: Int64 { unsafe sqlite3_changes64(self.handle) }

    // MARK: Transactions

    /// Whether a transaction is open.
    ///
    /// An error may have ended it.
    var isInTransaction: Bool { unsafe sqlite3_get_autocommit(self.handle) == 0 }

    /// Whether the file could be opened for reading only.
    var isReadOnly: Bool { unsafe sqlite3_db_readonly(self.handle, "main") == 1 }

    /// Whether the path no longer leads to the open file: it was moved, removed or replaced.
    var hasMoved: Bool {
        var moved: Int32 = 0
        return unsafe sqlite3_file_control(self.handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK
            && moved != 0
    }

    /// Commits; a failure is of the stage ``DatabaseFailure/Stage/commit``.
    func commit() throws(DatabaseFailure) {
        do throws(DatabaseFailure) {
            try self.statement("COMMIT").run()
        } catch {
            throw DatabaseFailure(code: error.code, message: error.message, stage: .commit)
        }
    }

    /// Rolls back an open transaction; false when the connection is of no further use.
    func rollback() -> Bool {
        guard self.isInTransaction else { return true }
        try? self.statement("ROLLBACK").run()
        return !self.isInTransaction
    }

    /// Writes in a transaction of its own.
    func inTransaction(_ body: () throws(DatabaseFailure) -> Void) throws(DatabaseFailure) {
        try self.statement("BEGIN IMMEDIATE").run()
        do throws(DatabaseFailure) {
            try body()
            try self.commit()
        } catch {
            _ = self.rollback()
            throw error
        }
    }

    // MARK: Limits of time

    /// How long a statement waits for the lock of another connection.
    func setBusyTimeout(milliseconds: Int64) {
        unsafe sqlite3_busy_timeout(self.handle, Int32(clamping: milliseconds))
    }

    /// Runs reads that may be long: they are interrupted when the time is over or the task is cancelled.
    func withLimit<Result, Failure: Error>(
        _ context: AttemptContext,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        self.limit.context = context
        let pointer = unsafe Unmanaged.passUnretained(self.limit).toOpaque()
        // A thousand steps of SQLite's machine take some 20 µs.
        unsafe sqlite3_progress_handler(self.handle, 1000, WorkLimit.isOver, pointer)
        defer {
            unsafe sqlite3_progress_handler(self.handle, 0, nil, nil)
            self.limit.context = nil
        }
        return try body()
    }

    // MARK: Failures

    private func check(_ code: Int32, _ stage: DatabaseFailure.Stage) throws(DatabaseFailure) {
        guard code != SQLITE_OK else { return }
        let message = unsafe String(cString: sqlite3_errmsg(self.handle))
        throw DatabaseFailure(code: ResultCode(rawValue: code), message: message, stage: stage)
    }
}
