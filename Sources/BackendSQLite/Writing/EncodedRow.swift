internal import RegionKitCore

/// What is to be stored under a key, encoded on the caller's thread so that the writer need not.
struct EncodedRow: Hashable, Sendable {
    var key: EncodedKey
    /// The item as DynamoDB JSON; nil for a tombstone.
    var value: [UInt8]?
    /// The item's key in each index of the schema, in the schema's order; nil where the item is not in the index.
    var entries: [EncodedKey?]

    init(_ key: EncodedKey, _ item: Item?, in schema: TableSchema) {
        self.key = key
        self.value = item.map { DynamoDBJSON.encode($0) }
        self.entries = schema.entries(of: item)
    }

    /// Takes over bytes that were read; `entries` belong to them.
    init(_ key: EncodedKey, value: [UInt8]?, entries: [EncodedKey?]) {
        self.key = key
        self.value = value
        self.entries = entries
    }

    /// About how much memory the row takes.
    var size: Int { self.key.partition.count + self.key.sort.count + (self.value?.count ?? 0) + 128 }
}

extension TableSchema {
    /// An item's key in each index, in order; nil where the item lacks a key attribute of the index.
    func entries(of item: Item?) -> [EncodedKey?] {
        self.indexes.map { index in item.flatMap { EncodedKey($0, in: index) } }
    }
}

extension EncodedKey {
    /// The key of an item in an index; nil when the item is not in it.
    init?(_ item: Item, in index: TableSchema.Index) {
        guard let partition = item[index.partitionKey.name], partition.kind == index.partitionKey.kind else {
            return nil
        }
        guard let sortKey = index.sortKey else {
            self.init(partition: partition, sort: nil)
            return
        }
        guard let sort = item[sortKey.name], sort.kind == sortKey.kind else { return nil }
        self.init(partition: partition, sort: sort)
    }
}
