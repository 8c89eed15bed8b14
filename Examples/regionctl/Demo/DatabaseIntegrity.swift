internal import CSQLite

/// SQLite's own check of a database file.
enum DatabaseIntegrity {
    /// What `PRAGMA integrity_check` complains of; nil when it says `ok`.
    static func problem(of path: String) -> String? {
        var database: OpaquePointer?
        defer { unsafe _ = sqlite3_close_v2(database) }
        guard unsafe sqlite3_open_v2(path, &database, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOFOLLOW, nil) == SQLITE_OK
        else { return "it cannot be opened" }
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
