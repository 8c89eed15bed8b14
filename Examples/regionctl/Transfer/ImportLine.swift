internal import RegionKitCore

/// What a line of an export holds.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html>
enum ImportLine {
    case item(Item, Key)
    /// Nothing but space.
    case blank
    /// A change of an incremental export, which is no item.
    case change
    /// Something else: why it cannot be imported.
    case bad(String)

    /// Reads a line for a table.
    init(_ bytes: Span<UInt8>, _ schema: TableSchema) {
        var place = Self.skipSpace(bytes, 0)
        guard place < bytes.count else {
            self = .blank
            return
        }
        guard let name = Self.firstName(bytes, &place) else {
            self = .bad("no JSON object; \(Self.expected)")
            return
        }
        switch name {
        case "Item": break
        case "Metadata", "Keys", "NewImage", "OldImage":
            self = .change
            return
        default:
            self = .bad("the first member is \(name.prefix(40).debugDescription); \(Self.expected)")
            return
        }
        do throws(DynamoDBJSONError) {
            let item = try DynamoDBJSON.decode(bytes, at: &place)
            place = Self.skipSpace(bytes, place)
            guard place < bytes.count, bytes[place] == UInt8(ascii: "}") else {
                self = .bad("after the item, at byte \(place) of the line, something else than } follows")
                return
            }
            place = Self.skipSpace(bytes, place + 1)
            guard place == bytes.count else {
                self = .bad("something follows the object, at byte \(place) of the line")
                return
            }
            self = Self.checked(item, schema)
        } catch {
            self = .bad("\(error.reason.rawValue), at byte \(error.offset) of the line")
        }
    }

    private static let expected = "each line must be {\"Item\": {…}} with the item in DynamoDB JSON"

    private static func checked(_ item: Item, _ schema: TableSchema) -> ImportLine {
        do throws(ValidationError) {
            try ItemLimits.validate(item, for: schema)
            return .item(item, try schema.key(of: item))
        } catch {
            return .bad(error.message)
        }
    }

    /// Reads `{"name":`; nil when something else stands there.
    private static func firstName(_ bytes: Span<UInt8>, _ place: inout Int) -> String? {
        guard bytes[place] == UInt8(ascii: "{") else { return nil }
        place = self.skipSpace(bytes, place + 1)
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
        let start = place + 1
        place = start
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") { place += 1 }
        // Names that matter here have no escapes, so a quote after a backslash may end one too.
        var text: [UInt8] = []
        for index in start..<place { text.append(bytes[index]) }
        place = self.skipSpace(bytes, place + 1)
        guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { return nil }
        place += 1
        return String(decoding: text, as: UTF8.self)
    }

    private static func skipSpace(_ bytes: Span<UInt8>, _ start: Int) -> Int {
        var place = start
        while place < bytes.count, [0x20, 0x09, 0x0D, 0x0A].contains(bytes[place]) { place += 1 }
        return place
    }
}
