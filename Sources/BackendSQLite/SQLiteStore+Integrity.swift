internal import CSQLite

extension SQLiteStore {
    /// What SQLite's own check, `PRAGMA integrity_check`, complains of in a file; nil when it says `ok`.
    ///
    /// It reads the whole file on the calling thread and needs no open store.
    public static func integrityProblem(ofFileAt path: String) -> String? {
        var database: OpaquePointer?
        defer { unsafe _ = sqlite3_close_v2(database) }
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW
        guard unsafe sqlite3_open_v2(path, &database, flags, nil) == SQLITE_OK else { return "it cannot be opened" }
        var statement: OpaquePointer?
        guard unsafe sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &statement, nil) == SQLITE_OK else {
            return "it cannot be checked"
        }
        defer { unsafe _ = sqlite3_finalize(statement) }
        guard unsafe sqlite3_step(statement) == SQLITE_ROW, let text = unsafe sqlite3_column_text(statement, 0) else {
            return "it cannot be read"
        }
        let answer = unsafe String(cString: text)
        return answer == "ok" ? nil : answer
    }
}
