internal import RegionKitCore

/// Writes a request's body: one JSON object, straight to bytes.
struct BodyWriter {
    private(set) var bytes: [UInt8]
    private var needsComma = false

    /// Begins an object that may hold an item of the usual size.
    init() {
        self.bytes = []
        self.bytes.reserveCapacity(1024)
        self.bytes.append(UInt8(ascii: "{"))
    }

    /// The body; nothing is written afterwards.
    mutating func finished() -> [UInt8] {
        self.bytes.append(UInt8(ascii: "}"))
        return self.bytes
    }

    private mutating func begin(_ name: String) {
        if self.needsComma { self.put(",") }
        self.needsComma = true
        DynamoDBJSON.encodeText(name, into: &self.bytes)
        self.put(":")
    }

    private mutating func put(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }

    mutating func member(_ name: String, text: String) {
        self.begin(name)
        DynamoDBJSON.encodeText(text, into: &self.bytes)
    }

    mutating func member(_ name: String, number: Int) {
        self.begin(name)
        self.put("\(number)")
    }

    mutating func member(_ name: String, _ flag: Bool) {
        self.begin(name)
        self.put(flag ? "true" : "false")
    }

    /// An item; with a stamp that is added to its attributes.
    mutating func member(_ name: String, _ item: Item, _ stamp: (attribute: String, stamp: Stamp)? = nil) {
        self.begin(name)
        DynamoDBJSON.encode(item, into: &self.bytes)
        guard let (attribute, stamp) = stamp else { return }
        self.bytes.removeLast()
        if !item.isEmpty { self.put(",") }
        DynamoDBJSON.encodeText(attribute, into: &self.bytes)
        self.put(":")
        DynamoDBJSON.encodeValue(stamp.value, into: &self.bytes)
        self.put("}")
    }

    /// The attributes of a key.
    mutating func member(_ name: String, _ key: Key, _ schema: TableSchema) {
        self.begin(name)
        self.value(key, schema)
    }

    private mutating func value(_ key: Key, _ schema: TableSchema) {
        self.put("{")
        DynamoDBJSON.encodeText(schema.partitionKey.name, into: &self.bytes)
        self.put(":")
        DynamoDBJSON.encodeValue(key.partition, into: &self.bytes)
        if let name = schema.sortKey?.name, let sort = key.sort {
            self.put(",")
            DynamoDBJSON.encodeText(name, into: &self.bytes)
            self.put(":")
            DynamoDBJSON.encodeValue(sort, into: &self.bytes)
        }
        self.put("}")
    }

    /// A list of keys.
    mutating func member(_ name: String, _ keys: [Key], _ schema: TableSchema) {
        self.begin(name)
        self.put("[")
        for (position, key) in keys.enumerated() {
            if position > 0 { self.put(",") }
            self.value(key, schema)
        }
        self.put("]")
    }

    /// The names and values that expressions speak of; DynamoDB refuses empty ones.
    mutating func members(of compiler: ExpressionCompiler) {
        if !compiler.names.isEmpty {
            self.object("ExpressionAttributeNames") { writer in
                for (position, name) in compiler.names.enumerated() { writer.member("#\(position)", text: name) }
            }
        }
        guard !compiler.values.isEmpty else { return }
        self.object("ExpressionAttributeValues") { writer in
            for (position, value) in compiler.values.enumerated() {
                writer.begin(":\(position)")
                DynamoDBJSON.encodeValue(value, into: &writer.bytes)
            }
        }
    }

    /// A member that is an object.
    mutating func object<Failure: Error>(
        _ name: String,
        _ write: (inout BodyWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.begin(name)
        try self.object(write)
    }

    /// A member that is a list of objects.
    mutating func list<Element, Failure: Error>(
        _ name: String,
        _ elements: [Element],
        _ write: (inout BodyWriter, Element) throws(Failure) -> Void
    ) throws(Failure) {
        self.begin(name)
        self.put("[")
        for (position, element) in elements.enumerated() {
            if position > 0 { self.put(",") }
            try self.object { writer throws(Failure) in try write(&writer, element) }
        }
        self.put("]")
    }

    private mutating func object<Failure: Error>(
        _ write: (inout BodyWriter) throws(Failure) -> Void
    ) throws(Failure) {
        self.put("{")
        self.needsComma = false
        try write(&self)
        self.put("}")
        self.needsComma = true
    }
}
