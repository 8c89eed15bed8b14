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
            var left = keys[...]
            while !left.isEmpty {
                let found = try await self.rows(of: Array(left), in: context)
                guard let end = found.last.flatMap({ left.firstIndex(of: $0.key) }) else { break }
                rows += found
                left = left[(end + 1)...]
            }
            guard keys.count == wanted else { break }
            last = keys.last
        }
        return rows
    }
}
