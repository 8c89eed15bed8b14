/// Items as DynamoDB JSON, `{"name":{"S":"x"},…}`: the form on the wire, on disk, in import and export.
///
/// Decoding is strict. Refused, with reason and place: what JSON refuses, names that occur twice, invalid UTF-8,
/// halves of characters, numbers beyond 38 digits, unknown types, values with more or fewer than one type, empty sets,
/// members that occur twice, which includes names and texts of a set that differ in their Unicode normalisation alone
/// (``AttributeValue``), lists and maps nested more than 64 deep, bytes after the document.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>
public enum DynamoDBJSON: Sendable {
    /// How many lists and maps may stand in one another in a document.
    static let maximumDepth = 64

    /// An item as bytes.
    ///
    /// - Parameter sorted: Whether names and set members are sorted, so that equal items give equal bytes.
    public static func encode(_ item: Item, sorted: Bool = false) -> [UInt8] {
        var writer = DynamoDBJSONWriter(isSorted: sorted)
        writer.write(item)
        return writer.bytes
    }

    /// Appends an item.
    public static func encode(_ item: Item, into bytes: inout [UInt8]) {
        var writer = DynamoDBJSONWriter(appendingTo: &bytes)
        writer.write(item)
        bytes = writer.bytes
    }

    /// Appends one value: `{"S":"x"}`.
    package static func encodeValue(_ value: AttributeValue, into bytes: inout [UInt8]) {
        var writer = DynamoDBJSONWriter(appendingTo: &bytes)
        writer.write(value)
        bytes = writer.bytes
    }

    /// Appends a text in quotes, with the escapes that JSON needs.
    package static func encodeText(_ text: String, into bytes: inout [UInt8]) {
        var writer = DynamoDBJSONWriter(appendingTo: &bytes)
        writer.write(text: text)
        bytes = writer.bytes
    }

    /// One value as bytes: `{"S":"x"}`.
    public static func encodeValue(_ value: AttributeValue, sorted: Bool = false) -> [UInt8] {
        var writer = DynamoDBJSONWriter(isSorted: sorted)
        writer.write(value)
        return writer.bytes
    }

    /// The item that the bytes hold, all of them.
    public static func decode(_ bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Item {
        var reader = DynamoDBJSONReader()
        let item = try reader.item(in: bytes)
        try reader.end(of: bytes)
        return item
    }

    /// The item that the bytes hold, all of them.
    public static func decode(_ bytes: [UInt8]) throws(DynamoDBJSONError) -> Item {
        try self.decode(bytes.span)
    }

    /// The item that begins at an offset, which moves behind it; for documents that hold items among other things.
    public static func decode(_ bytes: Span<UInt8>, at offset: inout Int) throws(DynamoDBJSONError) -> Item {
        var reader = DynamoDBJSONReader(at: max(offset, 0))
        let item = try reader.item(in: bytes)
        offset = reader.index
        return item
    }

    /// The text in quotes that begins at an offset, which moves behind it.
    package static func decodeText(_ bytes: Span<UInt8>, at offset: inout Int) throws(DynamoDBJSONError) -> String {
        var reader = DynamoDBJSONReader(at: max(offset, 0))
        let text = try reader.text(in: bytes)
        offset = reader.index
        return text
    }

    /// The one value that the bytes hold, all of them.
    public static func decodeValue(_ bytes: Span<UInt8>) throws(DynamoDBJSONError) -> AttributeValue {
        var reader = DynamoDBJSONReader()
        let value = try reader.value(in: bytes)
        try reader.end(of: bytes)
        return value
    }

    /// The one value that the bytes hold, all of them.
    public static func decodeValue(_ bytes: [UInt8]) throws(DynamoDBJSONError) -> AttributeValue {
        try self.decodeValue(bytes.span)
    }
}
