/// The last writes whose callers were told that the outcome is unknown, and where they may have been done.
struct UnresolvedWrites: Sendable {
    struct Entry: Sendable {
        var write: UnresolvedWrite
        var regions: [Region]
    }

    private static let limit = 1024
    private static let keyLimit = 4096

    private var entries: [OperationID: Entry] = [:]
    /// The oldest first.
    private var order: [OperationID] = []
    private var keys = 0

    subscript(_ operation: OperationID) -> Entry? { self.entries[operation] }

    mutating func note(_ operation: OperationID, _ entry: Entry) {
        self.entries[operation] = entry
        self.order.append(operation)
        self.keys += entry.write.keys.count
        while self.order.count > Self.limit || self.keys > Self.keyLimit {
            self.keys -= self.entries.removeValue(forKey: self.order.removeFirst())?.write.keys.count ?? 0
        }
    }
}
