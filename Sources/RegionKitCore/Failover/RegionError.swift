/// Why an operation failed, with every attempt that was made.
public struct RegionError: Error, Sendable {
    /// What went wrong, for programs.
    public var code: ErrorCode
    /// What went wrong and what to do, for people; never a credential or an item's value.
    public var message: String
    /// The region the error speaks of; nil when it speaks of all.
    public var region: Region?
    /// The operation's id, for a write; ``MultiRegionStore/resolve(_:options:)`` finds out what became of it.
    public var operation: OperationID?
    /// Every attempt, in order.
    public var attempts: [Attempt]
    /// For a failed condition: the stored item, where the backend knows it.
    public var storedItem: Item?

    /// Creates an error.
    public init(
        _ code: ErrorCode,
        _ message: String,
        region: Region? = nil,
        operation: OperationID? = nil,
        attempts: [Attempt] = [],
        storedItem: Item? = nil
    ) {
        self.code = code
        self.message = message
        self.region = region
        self.operation = operation
        self.attempts = attempts
        self.storedItem = storedItem
    }
}

extension RegionError: CustomStringConvertible {
    /// Code, message, region, and one line for each attempt.
    public var description: String {
        var text = "\(self.code): \(self.message)"
        if let region = self.region { text += " [region \(region)]" }
        if let operation = self.operation { text += " [operation \(operation)]" }
        for attempt in self.attempts { text += "\n  \(attempt)" }
        return text
    }
}
