internal import RegionKitCore

extension RedisCommand {
    /// A command of these arguments.
    init(_ arguments: Argument...) {
        self.init(arguments)
    }
}

extension RedisCommand.Argument: ExpressibleByStringLiteral {
    init(stringLiteral value: String) {
        self = .text(value)
    }

    static func text(_ text: String) -> Self { .bytes(Array(text.utf8)) }

    static func number(_ number: some BinaryInteger) -> Self { .text("\(number)") }

    /// An item as DynamoDB JSON, empty for none, and its members in the schema's indexes, empty where it is in none.
    static func item(_ item: Item?, _ member: [UInt8], _ schema: TableSchema) -> [Self] {
        let places = schema.indexes.map { index in
            Self.bytes(item.flatMap { RedisMember.entry($0, in: index, row: member) } ?? [])
        }
        return [.bytes(item.map { DynamoDBJSON.encode($0) } ?? [])] + places
    }
}
