internal import CSQLite

/// A result code of SQLite, extended where SQLite gave it so.
///
/// Reference: <https://www.sqlite.org/rescode.html>
struct ResultCode: RawRepresentable, Hashable, Sendable {
    let rawValue: Int32

    /// The code without its extension.
    var primary: ResultCode { ResultCode(rawValue: self.rawValue & 0xff) }

    static let ok = ResultCode(rawValue: SQLITE_OK)
    static let row = ResultCode(rawValue: SQLITE_ROW)
    static let done = ResultCode(rawValue: SQLITE_DONE)
    static let busy = ResultCode(rawValue: SQLITE_BUSY)
    static let locked = ResultCode(rawValue: SQLITE_LOCKED)
    static let full = ResultCode(rawValue: SQLITE_FULL)
    static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
    static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
    static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
    static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
    static let inputOutput = ResultCode(rawValue: SQLITE_IOERR)
    static let interrupted = ResultCode(rawValue: SQLITE_INTERRUPT)
    static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
    static let noMemory = ResultCode(rawValue: SQLITE_NOMEM)
    static let `protocol` = ResultCode(rawValue: SQLITE_PROTOCOL)
    static let noLargeFiles = ResultCode(rawValue: SQLITE_NOLFS)
    static let permission = ResultCode(rawValue: SQLITE_PERM)
    static let authorization = ResultCode(rawValue: SQLITE_AUTH)
    static let schemaChanged = ResultCode(rawValue: SQLITE_SCHEMA)
    static let aborted = ResultCode(rawValue: SQLITE_ABORT)
}
