internal import RegionKitCore

/// Members of the sorted sets: keys as bytes whose order is that of their parts, one after the other.
///
/// A part is the core's ``KeyEncoding`` of a value with each zero byte followed by 0xFF, and ends with two zero bytes:
/// so none is the beginning of another, and shorter ones come first. A row's member is its partition key and, where the
/// table has one, its sort key; an index's is the index's partition key, its sort key or an empty part, and then the row's.
enum RedisMember {
    static func part(_ bytes: [UInt8]) -> [UInt8] {
        self.escaped(bytes) + [0, 0]
    }

    static func part(_ value: AttributeValue) -> [UInt8] {
        self.part(KeyEncoding.encode(value))
    }

    /// A part's beginning: what all parts begin with whose values begin with these bytes.
    static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(0) else { return bytes }
        return bytes.reduce(into: []) { result, byte in
            result.append(byte)
            if byte == 0 { result.append(0xFF) }
        }
    }

    /// The member of a row.
    static func row(_ key: Key) -> [UInt8] {
        self.part(key.partition) + (key.sort.map { self.part($0) } ?? [])
    }

    /// The member of a row in an index; nil when the item is not in it.
    static func entry(_ item: Item, in index: TableSchema.Index, row: [UInt8]) -> [UInt8]? {
        guard let partition = item[index.partitionKey.name], partition.kind == index.partitionKey.kind else {
            return nil
        }
        guard let sortKey = index.sortKey else { return self.part(partition) + self.part([]) + row }
        guard let sort = item[sortKey.name], sort.kind == sortKey.kind else { return nil }
        return self.part(partition) + self.part(sort) + row
    }

    /// The key that a row's member stands for; nil when it is of no key of the table.
    static func key(_ member: [UInt8], in schema: TableSchema) -> Key? {
        guard let parts = self.parts(of: member), parts.count == (schema.sortKey == nil ? 1 : 2),
            let partition = KeyEncoding.decode(parts[0], as: schema.partitionKey.kind)
        else { return nil }
        guard let sortKey = schema.sortKey else { return Key(partition) }
        guard let sort = KeyEncoding.decode(parts[1], as: sortKey.kind) else { return nil }
        return Key(partition, sort: sort)
    }

    /// The first bytes above all that begin with these; nil when there are none.
    static func end(of prefix: [UInt8]) -> [UInt8]? {
        var end = prefix
        while end.last == .max { end.removeLast() }
        guard let last = end.popLast() else { return nil }
        return end + [last + 1]
    }

    private static func parts(of member: [UInt8]) -> [[UInt8]]? {
        var (parts, part, index) = ([[UInt8]](), [UInt8](), 0)
        while index < member.count {
            guard member[index] == 0 else {
                part.append(member[index])
                index += 1
                continue
            }
            guard index + 1 < member.count else { return nil }
            switch member[index + 1] {
            case 0xFF: part.append(0)
            case 0:
                parts.append(part)
                part = []
            default: return nil
            }
            index += 2
        }
        return part.isEmpty ? parts : nil
    }
}
