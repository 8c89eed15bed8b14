extension ReplicaBackend {
    /// How many rows are read at once for a page.
    private static var chunk: Int { 128 }

    func get(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> GetResult {
        self.result(try await self.store.load(key, consistency, in: context), in: context)
    }

    func result(_ row: ReplicaRow?, in context: AttemptContext) -> GetResult {
        GetResult(item: self.live(row?.item, in: context), version: row?.version)
    }

    func page(
        _ range: ReplicaRange,
        index: String?,
        _ limit: Int?,
        _ filter: Condition?,
        in context: AttemptContext
    ) async throws(BackendError) -> Page {
        var (range, page, left, bytes) = (range, Page(items: []), limit ?? .max, 0)
        while true {
            let wanted = min(left, Self.chunk)
            // One row more tells whether a page that ends here has a successor.
            let rows = try await self.store.rows(in: range, limit: wanted + 1, in: context)
            for (offset, row) in rows.prefix(wanted).enumerated() {
                guard let item = row.item else { continue }
                left -= 1
                bytes += ItemLimits.size(of: item)
                if let item = self.live(item, in: context), try Self.matches(filter, item) { page.items.append(item) }
                let isLast = offset == rows.count - 1
                if isLast || left == 0 || bytes >= ItemLimits.pageSize {
                    page.next = isLast ? nil : self.store.schema.position(of: item, in: index)
                    return page
                }
                range.after = self.store.schema.position(of: item, in: index)
            }
            guard rows.count > wanted else { return page }
        }
    }

    static func matches(_ filter: Condition?, _ item: Item?) throws(BackendError) -> Bool {
        guard let filter else { return true }
        do throws(ValidationError) { return try filter.holds(for: item) } catch { throw BackendError(error) }
    }

    func live(_ item: Item?, in context: AttemptContext) -> Item? {
        guard let item, self.store.schema.timeToLiveAttribute != nil else { return item }
        return self.store.schema.isExpired(item, atMilliseconds: context.time.wallMilliseconds) ? nil : item
    }
}
