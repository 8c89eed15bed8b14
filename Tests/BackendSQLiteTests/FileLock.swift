@testable import BackendSQLite

/// Another process, as far as a store can tell: a connection that holds the write lock of a region's file.
final class FileLock {
    private let connection: Connection

    init(_ store: SQLiteStore) throws {
        self.connection = try Connection(path: store.path, access: .write)
        try self.connection.execute("BEGIN IMMEDIATE")
    }

    func release() {
        _ = self.connection.rollback()
    }
}
