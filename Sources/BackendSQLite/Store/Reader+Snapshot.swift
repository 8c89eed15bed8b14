internal import RegionKitCore

/// Reading all items of one state of the file.
extension Reader {
    /// How many bytes of items a page has at most, the last item excepted.
    private static let pageBytes = 1 << 20

    /// Begins a transaction that sees the file as it is now; answers about how many items that are.
    ///
    /// The highest row number is found at once, while counting rows would read all of them.
    func beginSnapshot() throws(DatabaseFailure) -> Int {
        try self.connection.statement("BEGIN").run()
        return Int(try self.connection.integer("SELECT max(rowid) FROM item") ?? 0)
    }

    /// The next items and the key of the last one; the key that was given when there are none left.
    func items(
        after key: EncodedKey?,
        _ limit: Int,
        notExpiredAt wall: Int64,
        _ context: AttemptContext
    ) throws(DatabaseFailure) -> (items: [Item], last: EncodedKey?) {
        let statement = try self.connection.statement(
            "SELECT pk, sk, value FROM item WHERE (pk, sk) > (?1, ?2) AND value IS NOT NULL ORDER BY pk, sk"
        )
        defer { statement.reset() }
        try statement.bind(1, key ?? EncodedKey(partition: [], sort: []))
        return try self.connection.withLimit(context) { () throws(DatabaseFailure) in
            var (items, last, bytes) = ([Item](), key, 0)
            while items.count < limit, bytes < Self.pageBytes, try statement.step() {
                guard let item = try statement.item(2), !self.schema.isExpired(item, atMilliseconds: wall) else {
                    continue
                }
                items.append(item)
                last = statement.key(0)
                bytes += statement.withBytes(2) { $0.count }
            }
            return (items, last)
        }
    }
}
