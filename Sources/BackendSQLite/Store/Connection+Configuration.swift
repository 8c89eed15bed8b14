internal import RegionKitCore

extension Connection {
    /// Sets what is of this connection alone: caches and durability.
    func configure(_ configuration: SQLiteStore.Configuration) throws(DatabaseFailure) {
        self.setBusyTimeout(milliseconds: configuration.busyTimeout.wholeNanoseconds / 1_000_000)
        try self.execute(
            """
            PRAGMA synchronous = \(configuration.synchronous == .full ? "FULL" : "NORMAL");
            PRAGMA cache_size = -\(configuration.cacheBytes / 1024);
            PRAGMA mmap_size = \(configuration.mmapBytes);
            PRAGMA temp_store = MEMORY;
            PRAGMA wal_autocheckpoint = 1000;
            PRAGMA journal_size_limit = \(64 << 20);
            """
        )
    }
}
