extension ReplicaStore {
    /// The keys' rows, deleted ones included, however many answers that takes.
    package func rows(ofAll keys: [Key], in context: AttemptContext) async throws(BackendError) -> [Key: ReplicaRow] {
        var (found, left) = ([Key: ReplicaRow](), keys[...])
        while !left.isEmpty {
            let rows = try await self.rows(of: Array(left), in: context)
            for row in rows { found[row.key] = row }
            // The answer may end early; what is missing at its end may never have been there.
            guard let end = rows.last.flatMap({ left.firstIndex(of: $0.key) }) else { break }
            left = left[(end + 1)...]
        }
        return found
    }
}
