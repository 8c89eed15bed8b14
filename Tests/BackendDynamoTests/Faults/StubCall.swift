import RegionKitCore

@testable import BackendDynamo

/// A call as it came to a ``StubService``: one item's read or write.
struct StubCall: Sendable {
    /// What the stub does not understand.
    struct Unreadable: Error {
        var reason: String
    }

    /// `GetItem`, `PutItem`, `UpdateItem` or `DeleteItem`.
    var operation: DynamoOperation
    var key: Key
    /// The item of a put.
    var item: Item?
    var update = Update()
    var condition: Condition?
    /// Whether the answer holds the item as it was before, or after.
    var returning = Write.Returning.none
    /// The operation that the write's stamp names.
    var writer: OperationID?

    init(_ request: ReceivedRequest, _ schema: TableSchema) throws {
        let target = request.values("x-amz-target").first ?? ""
        guard let operation = DynamoOperation(rawValue: target) else {
            throw Unreadable(reason: "target \(target)")
        }
        var (key, item): (Item?, Item?)
        var (names, values): ([String: String], Item) = ([:], [:])
        var texts: [String: String] = [:]
        let bytes = Array(request.body.utf8)
        var reader = AnswerReader()
        try reader.object(in: bytes.span) { reader, name, bytes throws(DynamoDBJSONError) in
            switch name {
            case "Key": key = try reader.item(in: bytes)
            case "Item": item = try reader.item(in: bytes)
            case "ExpressionAttributeValues": values = try reader.item(in: bytes)
            case "ExpressionAttributeNames":
                try reader.object(in: bytes) { reader, name, bytes throws(DynamoDBJSONError) in
                    names[name] = try reader.text(in: bytes)
                    return true
                }
            case "ConditionExpression", "UpdateExpression", "ReturnValues":
                texts[name] = try reader.text(in: bytes)
            default: return false
            }
            return true
        }
        guard let identity = key ?? item else { throw Unreadable(reason: "no key") }
        self.operation = operation
        self.key = try schema.key(of: identity)
        self.item = item
        self.writer = ([item?["_rk"]].compactMap(\.self) + values.values).lazy.compactMap { Stamp($0)?.operation }.first
        self.returning = ["ALL_OLD": .old, "ALL_NEW": .new][texts["ReturnValues"] ?? ""] ?? .none
        if let text = texts["ConditionExpression"] {
            // A condition refuses the names and values of the update beside it.
            let placeholders = Set(text.split { !($0.isLetter || $0.isNumber || "#:_".contains($0)) }.map(String.init))
            self.condition = try Condition(
                expression: text,
                names: names.filter { placeholders.contains($0.key) },
                values: values.filter { placeholders.contains($0.key) }
            )
        }
        self.update = try Self.update(texts["UpdateExpression"] ?? "", names, values)
    }

    /// Reads `SET #0 = :0, #1 = :1 ADD #2 :2`, which is all that the tests need.
    private static func update(_ text: String, _ names: [String: String], _ values: Item) throws -> Update {
        var (update, verb) = (Update(), "")
        var words = text.split { " ,".contains($0) }.map(String.init)[...]
        while let word = words.popFirst() {
            if ["SET", "ADD"].contains(word) {
                verb = word
                continue
            }
            if verb == "SET", words.popFirst() != "=" { throw Unreadable(reason: text) }
            guard let name = names[word], let value = words.popFirst().flatMap({ values[$0] }) else {
                throw Unreadable(reason: text)
            }
            update = verb == "SET" ? update.set(AttributePath(name), value) : update.add(AttributePath(name), value)
        }
        return update
    }
}
