/// The primary key of one item: the partition key's value and, where the table has one, the sort key's.
///
/// Values are of type `S`, `N` or `B`, as the table's ``TableSchema`` says. A string literal makes a key of a table
/// without sort key: `store.get("ws-001")`.
public struct Key: Hashable, Sendable {
    /// The partition key's value.
    public var partition: AttributeValue
    /// The sort key's value; nil in a table without sort key.
    public var sort: AttributeValue?

    /// Creates a key.
    public init(_ partition: AttributeValue, sort: AttributeValue? = nil) {
        self.partition = partition
        self.sort = sort
    }
}

extension Key: ExpressibleByStringLiteral {
    /// A key whose partition value is text and that has no sort value.
    public init(stringLiteral value: String) {
        self.init(.string(value))
    }
}
