import RegionKitCore

/// The items of a table at one moment, and how requests are answered from them.
struct Table {
    let schema: TableSchema
    var items: [Key: Item]
    let now: Int64

    mutating func answer(_ request: BackendRequest) throws -> BackendResponse {
        switch request {
        case .get(let key, _): return .item(GetResult(item: self.live(self.items[key])))
        case .batchGet(let keys, _): return .items(keys.map { GetResult(item: self.live(self.items[$0])) })
        case .query(let query): return .page(try self.page(query, of: query.partition))
        case .scan(let scan):
            return .page(try self.page(Query("", limit: scan.limit, next: scan.next, filter: scan.filter), of: nil))
        case .write(let write): return .written(try self.apply(write))
        case .batchWrite(let writes), .transact(let writes): return .batch(try writes.map { try self.apply($0) })
        // Operation ids are not kept.
        case .resolve: return .outcome(.stillUnknown)
        }
    }

    /// An item that is there and has not expired.
    private func live(_ item: Item?) -> Item? {
        item.flatMap { self.schema.isExpired($0, atMilliseconds: self.now) ? nil : $0 }
    }

    private mutating func apply(_ write: Write) throws -> WriteResult {
        let key = try write.key(in: self.schema)
        let old = self.live(self.items[key])
        guard try write.condition?.holds(for: old) ?? true else {
            throw BackendError(.rejected, .conditionFailed, "The condition does not hold.", storedItem: old)
        }
        let new: Item? =
            switch write.action {
            case .put(let item): item
            case .update(_, let update) where old == nil && !update.createsItem: nil
            case .update(_, let update): try update.applied(to: old, key: key, schema: self.schema)
            case .delete: nil
            case .check: old
            }
        self.items[key] = new
        return WriteResult(version: nil, item: write.returning == .new ? new : write.returning == .old ? old : nil)
    }

    private func page(_ query: Query, of partition: AttributeValue?) throws -> Page {
        let index = query.index.flatMap(self.schema.index(named:))
        let (hash, range) = index.map { ($0.partitionKey, $0.sortKey) } ?? (schema.partitionKey, schema.sortKey)
        let keys = [hash, range, self.schema.partitionKey, self.schema.sortKey].compactMap(\.self)
        /// The item's place in the table or the index, in bytes that sort; nil when it is not in there.
        func place(_ item: Item) -> [[UInt8]]? {
            let bytes = keys.compactMap { item[$0.name]?.kind == $0.kind ? item[$0.name].map(KeyEncoding.encode) : nil }
            return bytes.count == keys.count ? bytes : nil
        }
        func precedes(_ one: [[UInt8]], _ other: [[UInt8]]) -> Bool {
            guard let (mine, its) = zip(one, other).first(where: { $0 != $1 }) else { return false }
            return mine.lexicographicallyPrecedes(its) != query.descending
        }
        let start = query.next.flatMap { place($0.position) }
        var rows = self.items.values.compactMap { item in place(item).map { (item: item, place: $0) } }
        rows.removeAll { item, place in
            partition.map { $0 != item[hash.name] } ?? false || start.map { !precedes($0, place) } ?? false
                || !(range.flatMap { item[$0.name] }.map { query.sort?.includes($0) ?? true } ?? true)
        }
        rows.sort { precedes($0.place, $1.place) }
        var (page, size) = (Page(items: []), 0)
        for (number, row) in rows.enumerated() {
            if let item = self.live(row.item), try query.filter?.holds(for: item) ?? true { page.items.append(item) }
            size += ItemLimits.size(of: row.item)
            guard number + 1 < rows.count, number + 1 == query.limit || size >= ItemLimits.pageSize else { continue }
            page.next = self.schema.position(of: row.item, in: query.index)
            return page
        }
        return page
    }
}
