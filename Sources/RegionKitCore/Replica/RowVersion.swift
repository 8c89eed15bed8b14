/// Which state of a key a region has: a row without its item.
public struct RowVersion: Hashable, Sendable {
    /// The key.
    public var key: Key
    /// The version of the write that made this state.
    public var version: Version

    /// Creates one.
    public init(key: Key, version: Version) {
        self.key = key
        self.version = version
    }
}
