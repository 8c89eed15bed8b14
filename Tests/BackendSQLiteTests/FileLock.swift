@testable import BackendSQLite

/// Another process, as far as a store can tell: a connection that holds the write lock of a region's file.
final class FileLock {
    private let connection: Connection

    /// Takes the lock once the store's writer is at rest: what is in hand afterwards waits for the lock.
    init(_ store: SQLiteStore) async throws {
        while store.writer.inHand > 0 { await Task.yield() }
        self.connection = try Connection(path: store.path, access: .write)
        // Others may have begun since, a replicator in this process among them.
        self.connection.setBusyTimeout(milliseconds: 60_000)
        try self.connection.execute("BEGIN IMMEDIATE")
    }

    func release() {
        _ = self.connection.rollback()
    }
}
