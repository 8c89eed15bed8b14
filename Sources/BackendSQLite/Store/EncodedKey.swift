internal import RegionKitCore

/// A key as it is stored: bytes that sort as DynamoDB sorts; empty where there is no sort value.
struct EncodedKey: Hashable, Sendable {
    var partition: [UInt8]
    var sort: [UInt8]

    init(partition: AttributeValue, sort: AttributeValue?) {
        self.partition = KeyEncoding.encode(partition)
        self.sort = sort.map(KeyEncoding.encode) ?? []
    }

    init(_ key: Key) {
        self.init(partition: key.partition, sort: key.sort)
    }

    /// Takes over bytes that were read.
    init(partition: [UInt8], sort: [UInt8]) {
        self.partition = partition
        self.sort = sort
    }

    /// The key that the bytes stand for; nil when they are of no key of the table.
    func key(in schema: TableSchema) -> Key? {
        guard let partition = KeyEncoding.decode(self.partition, as: schema.partitionKey.kind) else { return nil }
        guard let sortKey = schema.sortKey else { return Key(partition) }
        guard let sort = KeyEncoding.decode(self.sort, as: sortKey.kind) else { return nil }
        return Key(partition, sort: sort)
    }
}
