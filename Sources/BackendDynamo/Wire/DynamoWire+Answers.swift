internal import RegionKitCore

extension DynamoWire {
    /// The most bytes of an answer: DynamoDB sends up to 16 MB (BatchGetItem).
    private static let maximumSize = 16 << 20

    /// What the read of one key found, from the answer to a GetItem.
    func found(in body: [UInt8], now: Int64) throws(BackendError) -> GetResult {
        self.result(of: try self.storedItem(in: body), now: now)
    }

    /// The item with everything that is stored, from the answer to a GetItem.
    func storedItem(in body: [UInt8]) throws(BackendError) -> Item? {
        var item: Item?
        try Self.read(body, for: .read) { reader, name, bytes throws(DynamoDBJSONError) in
            guard name == "Item" else { return false }
            item = try reader.item(in: bytes)
            return true
        }
        return item
    }

    /// A page, from the answer to a Query or a Scan.
    func page(in body: [UInt8], now: Int64) throws(BackendError) -> Page {
        var page = Page(items: [])
        try Self.read(body, for: .read) { reader, name, bytes throws(DynamoDBJSONError) in
            switch name {
            case "Items":
                try reader.list(in: bytes) { reader, bytes throws(DynamoDBJSONError) in
                    if let item = self.result(of: try reader.item(in: bytes), now: now).item { page.items.append(item) }
                }
            case "LastEvaluatedKey":
                let position = try reader.item(in: bytes)
                if !position.isEmpty { page.next = PageToken(position: position) }
            default: return false
            }
            return true
        }
        return page
    }

    /// What was found by the answer to a BatchGetItem, and the keys that are to be asked for again.
    func batchFound(
        in body: [UInt8],
        now: Int64
    ) throws(BackendError) -> (found: [Key: GetResult], unprocessed: [Key]) {
        var items: [Item] = []
        var left: [Item] = []
        try Self.read(body, for: .read) { reader, name, bytes throws(DynamoDBJSONError) in
            switch name {
            case "Responses":
                try reader.object(in: bytes) { reader, table, bytes throws(DynamoDBJSONError) in
                    guard table == self.schema.name else { return false }
                    try reader.items(in: bytes, into: &items)
                    return true
                }
            case "UnprocessedKeys":
                try reader.object(in: bytes) { reader, table, bytes throws(DynamoDBJSONError) in
                    guard table == self.schema.name else { return false }
                    try reader.object(in: bytes) { reader, name, bytes throws(DynamoDBJSONError) in
                        guard name == "Keys" else { return false }
                        try reader.items(in: bytes, into: &left)
                        return true
                    }
                    return true
                }
            default: return false
            }
            return true
        }
        var found: [Key: GetResult] = [:]
        for item in items { found[try self.key(of: item, .read)] = self.result(of: item, now: now) }
        var unprocessed: [Key] = []
        for item in left { unprocessed.append(try self.key(of: item, .read)) }
        return (found, unprocessed)
    }

    /// What a write did, from the answer to a PutItem, UpdateItem or DeleteItem.
    ///
    /// A delete has no version, because nothing is left to bear it.
    func written(in body: [UInt8], _ write: Write, stamp: Stamp?, now: Int64) throws(BackendError) -> WriteResult {
        var attributes: Item?
        try Self.read(body, for: .write) { reader, name, bytes throws(DynamoDBJSONError) in
            guard name == "Attributes" else { return false }
            attributes = try reader.item(in: bytes)
            return true
        }
        var result = WriteResult(version: self.version(of: write, stamp))
        switch (write.action, write.returning) {
        case (.put(let item), .new): result.item = item
        case (.update, .new): result.item = self.result(of: attributes, now: .min).item
        case (_, .old): result.item = self.result(of: attributes, now: now).item
        default: break
        }
        return result
    }

    /// The keys of the writes that were not done, from the answer to a BatchWriteItem.
    func unprocessed(in body: [UInt8]) throws(BackendError) -> Set<Key> {
        var items: [Item] = []
        try Self.read(body, for: .write) { reader, name, bytes throws(DynamoDBJSONError) in
            guard name == "UnprocessedItems" else { return false }
            try reader.object(in: bytes) { reader, table, bytes throws(DynamoDBJSONError) in
                guard table == self.schema.name else { return false }
                try reader.list(in: bytes) { reader, bytes throws(DynamoDBJSONError) in
                    try reader.object(in: bytes) { reader, kind, bytes throws(DynamoDBJSONError) in
                        guard kind == "PutRequest" || kind == "DeleteRequest" else { return false }
                        try reader.object(in: bytes) { reader, name, bytes throws(DynamoDBJSONError) in
                            guard name == "Item" || name == "Key" else { return false }
                            items.append(try reader.item(in: bytes))
                            return true
                        }
                        return true
                    }
                }
                return true
            }
            return true
        }
        var keys: Set<Key> = []
        for item in items { keys.insert(try self.key(of: item, .write)) }
        return keys
    }

    /// What the writes of a transaction did, from the answer to a TransactWriteItems.
    func transacted(in body: [UInt8], _ writes: [Write], stamp: Stamp?) throws(BackendError) -> [WriteResult] {
        try Self.read(body, for: .write) { _, _, _ in false }
        return writes.map { WriteResult(version: self.version(of: $0, stamp)) }
    }

    /// The version that a write gave its item.
    func version(of write: Write, _ stamp: Stamp?) -> Version? {
        switch write.action {
        case .put, .update: self.stampAttribute == nil ? nil : stamp?.version
        case .delete, .check: nil
        }
    }

    private func key(of item: Item, _ kind: OperationKind) throws(BackendError) -> Key {
        do throws(ValidationError) {
            return try self.schema.key(of: item)
        } catch {
            throw ServiceFault.unreadable("an item in it has not the key of table \(self.schema.name)", for: kind)
        }
    }

    private static func read(
        _ body: [UInt8],
        for kind: OperationKind,
        _ member: (inout AnswerReader, String, Span<UInt8>) throws(DynamoDBJSONError) -> Bool
    ) throws(BackendError) {
        guard body.count <= self.maximumSize else {
            throw ServiceFault.unreadable("it has more than 16 MiB", for: kind)
        }
        var isError = false
        do throws(DynamoDBJSONError) {
            var reader = AnswerReader()
            try reader.object(in: body.span) { reader, name, bytes throws(DynamoDBJSONError) in
                // An error under the status of a success must not pass for "no item".
                if name == "__type" { isError = true }
                return try member(&reader, name, bytes)
            }
            try reader.end(of: body.span)
        } catch {
            throw ServiceFault.unreadable(error.description, for: kind)
        }
        if isError { throw ServiceFault.unreadable("it is an error under the status of a success", for: kind) }
    }
}

extension AnswerReader {
    fileprivate mutating func items(in bytes: Span<UInt8>, into items: inout [Item]) throws(DynamoDBJSONError) {
        try self.list(in: bytes) { reader, bytes throws(DynamoDBJSONError) in
            items.append(try reader.item(in: bytes))
        }
    }
}
