/// One key's state in one region.
public struct ReplicaRow: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// The item; nil when it was deleted.
    public var item: Item?
    /// The version of the write that made this state.
    public var version: Version
    /// The operation that made this state.
    public var operation: OperationID

    /// Creates a row.
    public init(key: Key, item: Item?, version: Version, operation: OperationID) {
        self.key = key
        self.item = item
        self.version = version
        self.operation = operation
    }
}
