/// What a write did.
public struct WriteResult: Hashable, Sendable {
    /// The version that the region gave the write; nil when the backend gives none.
    public var version: Version?
    /// The item asked for by ``Write/returning``; nil when none was asked for, or none was there.
    public var item: Item?

    /// Creates a result.
    public init(version: Version?, item: Item? = nil) {
        self.version = version
        self.item = item
    }
}
