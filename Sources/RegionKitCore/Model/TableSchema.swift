/// What a table is called, what its items are keyed by, and which secondary indexes it has.
public struct TableSchema: Hashable, Sendable {
    /// A key attribute: its name and its type, which is `S`, `N` or `B`.
    public struct KeyAttribute: Hashable, Sendable, ExpressibleByStringLiteral {
        /// The attribute's name.
        public var name: String
        /// The attribute's type: ``AttributeValue/Kind/string``, `.number` or `.binary`.
        public var kind: AttributeValue.Kind

        /// Names a key attribute and its type.
        public init(_ name: String, _ kind: AttributeValue.Kind = .string) {
            self.name = name
            self.kind = kind
        }

        /// A key attribute of type `S`.
        public init(stringLiteral value: String) {
            self.init(value)
        }
    }

    /// A secondary index: items that have all its key attributes, ordered by them.
    ///
    /// Every attribute is projected.
    public struct Index: Hashable, Sendable {
        /// The index's name.
        public var name: String
        /// The index's partition key.
        public var partitionKey: KeyAttribute
        /// The index's sort key, if any.
        public var sortKey: KeyAttribute?

        /// Declares an index.
        public init(_ name: String, partitionKey: KeyAttribute, sortKey: KeyAttribute? = nil) {
            self.name = name
            self.partitionKey = partitionKey
            self.sortKey = sortKey
        }
    }

    /// The table's name.
    public var name: String
    /// The table's partition key.
    public var partitionKey: KeyAttribute
    /// The table's sort key, if any.
    public var sortKey: KeyAttribute?
    /// The table's secondary indexes.
    public var indexes: [Index]
    /// The attribute that holds an item's expiry in epoch seconds (type `N`), if any.
    ///
    /// Expired items are filtered out of every read.
    public var timeToLiveAttribute: String?

    /// Describes a table.
    ///
    /// Nothing is checked here; ``validate()`` is called by the store and by every backend.
    public init(
        name: String,
        partitionKey: KeyAttribute,
        sortKey: KeyAttribute? = nil,
        indexes: [Index] = [],
        timeToLiveAttribute: String? = nil
    ) {
        self.name = name
        self.partitionKey = partitionKey
        self.sortKey = sortKey
        self.indexes = indexes
        self.timeToLiveAttribute = timeToLiveAttribute
    }
}
