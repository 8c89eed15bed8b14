public import RegionKitCore

extension SQLiteStore {
    /// Runs a body with the region's items as they are at one moment.
    ///
    /// ```swift
    /// try await store.withSnapshot(in: context) { snapshot in
    ///     while true {
    ///         let items = try await snapshot.nextItems(in: context)
    ///         if items.isEmpty { break }
    ///     }
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - context: How long taking the snapshot may take; each page has a context of its own.
    ///   - body: Reads it. The snapshot is of no use afterwards.
    public func withSnapshot<Value>(
        in context: AttemptContext,
        _ body: (SQLiteSnapshot) async throws -> Value
    ) async throws -> Value {
        try await self.admitRead(context)
        let snapshot = try SQLiteSnapshot(self, context)
        defer { snapshot.close() }
        return try await body(snapshot)
    }
}
