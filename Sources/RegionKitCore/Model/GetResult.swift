/// What a read of one key found.
public struct GetResult: Hashable, Sendable {
    /// The item; nil when there is none.
    public var item: Item?
    /// The version of the item or of its deletion; nil when the backend knows none.
    public var version: Version?

    /// Creates a result.
    public init(item: Item?, version: Version? = nil) {
        self.item = item
        self.version = version
    }
}
