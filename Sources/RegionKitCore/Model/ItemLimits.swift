/// DynamoDB's limits, kept on every backend, so that what works in one place works in all.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
public enum ItemLimits: Sendable {
    /// The most bytes an item may have, by the measure of ``size(of:)``: 400 KB.
    public static let itemSize = 400 * 1024
    /// The bytes a partition key's value may have.
    public static let partitionKeySize = 1...2048
    /// The bytes a sort key's value may have.
    public static let sortKeySize = 1...1024
    /// The bytes an attribute's name, or a name in a map, may have.
    public static let attributeNameSize = 1...65_535
    /// The bytes a key attribute's name may have.
    public static let keyNameSize = 1...255
    /// The characters a table's or index's name may have.
    public static let nameSize = 3...255
    /// The most lists and maps that may stand in one another.
    public static let depth = 32
    /// The most indexes of a table.
    public static let indexes = 20
    /// The most keys of a batch read.
    public static let batchKeys = 100
    /// The most writes of a batch.
    public static let batchWrites = 25
    /// The most writes of a transaction.
    public static let transactionWrites = 100
    /// The most bytes the items of a transaction may have together: 4 MB.
    public static let transactionSize = 4 * 1024 * 1024
    /// The most bytes of items examined for a page of a query or scan: 1 MB.
    public static let pageSize = 1024 * 1024
    /// The most values an operand may be looked for in; see ``Condition/isIn(_:_:)``.
    public static let choices = 100
    /// The most operators and functions of a condition or update.
    public static let operators = 300
    /// The most bytes of a condition's text: 4 KB.
    public static let expressionSize = 4 * 1024

    /// The bytes of an item by DynamoDB's measure: names and values as stored, lists and maps with their overhead.
    ///
    /// DynamoDB states the size of a number as approximate; a sign is counted as a byte here.
    ///
    /// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
    public static func size(of item: Item) -> Int {
        item.reduce(0) { $0 + $1.key.utf8.count + self.size(of: $1.value) }
    }

    static func size(of value: AttributeValue) -> Int {
        switch value {
        case .string(let text): text.utf8.count
        case .number(let number): self.size(of: number)
        case .binary(let bytes): bytes.count
        case .bool, .null: 1
        case .list(let elements): elements.reduce(3) { $0 + 1 + self.size(of: $1) }
        case .map(let entries): 3 + entries.count + self.size(of: entries)
        case .stringSet(let members): members.reduce(0) { $0 + $1.utf8.count }
        case .numberSet(let members): members.reduce(0) { $0 + self.size(of: $1) }
        case .binarySet(let members): members.reduce(0) { $0 + $1.count }
        }
    }

    private static func size(of number: Number) -> Int {
        (number.digits + 1) / 2 + (number.isNegative ? 2 : 1)
    }
}
