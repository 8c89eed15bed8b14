/// The last writes whose callers were told that the outcome is unknown, and where they may have been done.
struct UnresolvedWrites: Sendable {
    struct Entry: Sendable {
        var write: UnresolvedWrite
        var regions: [Region]
    }

    private static let limit = 1024

    private var entries: [OperationID: Entry] = [:]
    /// The oldest first.
    private var order: [OperationID] = []

    subscript(_ operation: OperationID) -> Entry? { self.entries[operation] }

    mutating func note(_ operation: OperationID, _ entry: Entry) {
        if self.order.count == Self.limit { self.entries[self.order.removeFirst()] = nil }
        if self.entries.updateValue(entry, forKey: operation) == nil { self.order.append(operation) }
    }
}
