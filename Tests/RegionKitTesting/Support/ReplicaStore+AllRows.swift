package import RegionKitCore

extension ReplicaStore {
    /// Every row, deleted ones included, after a key in the store's order, at most `limit`: all that a store holds, for
    /// tests that compare it.
    package func allRows(
        after key: Key?,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [ReplicaRow] {
        var (rows, last) = ([ReplicaRow](), key)
        while rows.count < limit {
            let wanted = min(1024, limit - rows.count)
            let keys = try await self.versions(after: last, limit: wanted, in: context).map(\.key)
            let found = try await self.rows(ofAll: keys, in: context)
            rows += keys.compactMap { found[$0] }
            guard keys.count == wanted else { break }
            last = keys.last
        }
        return rows
    }
}
