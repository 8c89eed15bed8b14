internal import RegionKitCore

/// A ``ReplicaRange`` as SQL: constant text put together from constant pieces, and the values for its parameters.
struct RangeQuery {
    private var tables = "item"
    private var conditions: [String] = []
    private var order: [String]
    private var direction = "ASC"
    private(set) var values: [[UInt8]] = []
    /// The index that is read; its number is the first parameter.
    private(set) var index: TableSchema.Index?

    init(_ range: ReplicaRange, in schema: TableSchema) throws(ValidationError) {
        switch range.scope {
        case .table:
            self.order = ["item.pk", "item.sk"]
            self.conditions = ["item.value IS NOT NULL"]
        case .partition(let partition):
            self.order = ["item.sk"]
            self.conditions = ["item.value IS NOT NULL", "item.pk = ?"]
            self.values = [KeyEncoding.encode(partition)]
        case .index(let name, let partition):
            guard let index = schema.index(named: name) else {
                throw ValidationError("The table has no index of that name.")
            }
            self.index = index
            self.tables = "entry CROSS JOIN item ON item.pk = entry.item_pk AND item.sk = entry.item_sk"
            self.order = ["entry.sk", "entry.item_pk", "entry.item_sk"]
            self.conditions = ["entry.id = ?", "entry.pk = ?"]
            self.values = [KeyEncoding.encode(partition)]
        }
        if range.descending { self.direction = "DESC" }
        if let sort = range.sort { self.restrict(self.index == nil ? "item.sk" : "entry.sk", sort) }
        if let after = range.after { try self.start(after: after.position, range, in: schema) }
    }

    /// The text; its last parameter is the limit.
    var sql: String {
        "SELECT item.pk, item.sk, item.ms, item.counter, item.origin, item.op_high, item.op_low, item.value FROM "
            + "\(self.tables) WHERE \(self.conditions.joined(separator: " AND ")) ORDER BY "
            + self.order.map { "\($0) \(self.direction)" }.joined(separator: ", ") + " LIMIT ?"
    }

    private mutating func restrict(_ column: String, _ condition: Query.SortCondition) {
        switch condition {
        case .equal(let value): self.add("\(column) = ?", value)
        case .less(let value): self.add("\(column) < ?", value)
        case .lessOrEqual(let value): self.add("\(column) <= ?", value)
        case .greater(let value): self.add("\(column) > ?", value)
        case .greaterOrEqual(let value): self.add("\(column) >= ?", value)
        case .between(let lower, let upper):
            self.add("\(column) >= ?", lower)
            self.add("\(column) <= ?", upper)
        case .beginsWith(let prefix):
            self.add("\(column) >= ?", prefix)
            // The lowest text above all that begin so; there is none if every byte is the highest.
            var end = KeyEncoding.encode(prefix)
            while end.last == .max { end.removeLast() }
            guard let last = end.popLast() else { return }
            self.conditions.append("\(column) < ?")
            self.values.append(end + [last + 1])
        }
    }

    private mutating func add(_ condition: String, _ value: AttributeValue) {
        self.conditions.append(condition)
        self.values.append(KeyEncoding.encode(value))
    }

    private mutating func start(
        after position: Item,
        _ range: ReplicaRange,
        in schema: TableSchema
    ) throws(ValidationError) {
        let key = EncodedKey(try schema.key(of: position))
        let parameters = self.order.map { _ in "?" }.joined(separator: ", ")
        let columns = self.order.joined(separator: ", ")
        self.conditions.append("(\(columns)) \(range.descending ? "<" : ">") (\(parameters))")
        switch range.scope {
        case .table: self.values += [key.partition, key.sort]
        case .partition: self.values += [key.sort]
        case .index:
            guard let entry = self.index.flatMap({ EncodedKey(position, in: $0) }) else {
                throw ValidationError("The page token lacks a key attribute of the index.")
            }
            self.values += [entry.sort, key.partition, key.sort]
        }
    }
}
