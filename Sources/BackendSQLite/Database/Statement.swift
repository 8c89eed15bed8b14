internal import CSQLite

/// A prepared statement, kept for the life of its connection and used by one thread at a time.
///
/// Whoever binds or steps it resets it afterwards, on every way out: `defer { statement.reset() }`.
@safe final class Statement {
    private let handle: OpaquePointer
    private let stage: DatabaseFailure.Stage

    /// Takes over a handle.
    ///
    /// `stage` tells failures of reads from failures of writes.
    init(handle: OpaquePointer, stage: DatabaseFailure.Stage) {
        unsafe self.handle = handle
        self.stage = stage
    }

    deinit {
        unsafe sqlite3_finalize(self.handle)
    }

    // MARK: Parameters, counted from 1

    func bind(_ index: Int32, _ value: Int64) throws(DatabaseFailure) {
        try self.check(unsafe sqlite3_bind_int64(self.handle, index, value))
    }

    func bind(_ index: Int32, _ value: Int64?) throws(DatabaseFailure) {
        guard let value else { return try self.bindNull(index) }
        try self.bind(index, value)
    }

    func bind(_ index: Int32, _ text: String?) throws(DatabaseFailure) {
        guard var text else { return try self.bindNull(index) }
        let code = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                unsafe regionkit_bind_text(self.handle, index, bytes.baseAddress, Int32(clamping: bytes.count))
            }
        }
        try self.check(code)
    }

    func bind(_ index: Int32, _ bytes: [UInt8]) throws(DatabaseFailure) {
        // An empty array may have no address, which SQLite would take for NULL.
        guard !bytes.isEmpty else { return try self.check(unsafe sqlite3_bind_zeroblob(self.handle, index, 0)) }
        let code = unsafe bytes.withUnsafeBytes { bytes in
            unsafe regionkit_bind_blob(self.handle, index, bytes.baseAddress, Int32(clamping: bytes.count))
        }
        try self.check(code)
    }

    func bind(_ index: Int32, _ bytes: [UInt8]?) throws(DatabaseFailure) {
        guard let bytes else { return try self.bindNull(index) }
        try self.bind(index, bytes)
    }

    private func bindNull(_ index: Int32) throws(DatabaseFailure) {
        try self.check(unsafe sqlite3_bind_null(self.handle, index))
    }

    // MARK: Running

    /// Goes to the next row; false at the end.
    func step() throws(DatabaseFailure) -> Bool {
        let code = unsafe sqlite3_step(self.handle)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else { throw self.failure(code) }
        return false
    }

    /// Runs a statement that gives no rows, and makes it ready for the next use.
    func run() throws(DatabaseFailure) {
        defer { self.reset() }
        while try self.step() {}
    }

    /// Makes the statement ready for the next use and lets go of what it read and of its parameters.
    func reset() {
        // The result repeats the failure of the last step, which was reported there.
        unsafe sqlite3_reset(self.handle)
        unsafe sqlite3_clear_bindings(self.handle)
    }

    // MARK: Columns of the row, counted from 0

    func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(self.handle, column)
    }

    func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(self.handle, column) == SQLITE_NULL
    }

    func text(_ column: Int32) -> String {
        String(decoding: self.bytes(column), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] {
        self.withBytes(column) { bytes in unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) } }
    }

    /// Hands the bytes of a column to `body`, without copying them.
    func withBytes<Result, Failure: Error>(
        _ column: Int32,
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // The order is SQLite's demand: the pointer first, then its length.
        let start = unsafe sqlite3_column_blob(self.handle, column)
        let count = unsafe Int(sqlite3_column_bytes(self.handle, column))
        let buffer = unsafe UnsafeBufferPointer(start: start?.assumingMemoryBound(to: UInt8.self), count: count)
        return try body(unsafe Span(_unsafeElements: buffer))
    }

    // MARK: Failures

    private func check(_ code: Int32) throws(DatabaseFailure) {
        guard code == SQLITE_OK else { throw self.failure(code) }
    }

    private func failure(_ code: Int32) -> DatabaseFailure {
        let message = unsafe String(cString: sqlite3_errmsg(sqlite3_db_handle(self.handle)))
        return DatabaseFailure(code: ResultCode(rawValue: code), message: message, stage: self.stage)
    }
}
