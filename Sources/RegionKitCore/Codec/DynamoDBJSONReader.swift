/// Reads items and values from DynamoDB JSON in one pass.
///
/// The bytes are passed to every call, and must be the same in all: a type that holds a `Span` cannot be stored yet.
struct DynamoDBJSONReader {
    typealias Failure = DynamoDBJSONError

    /// Where the next byte is read.
    var index = 0
    /// How many lists and maps are open.
    private var depth = 0
    /// The entries of all open maps: a dictionary is made when their number is known.
    private var entries: [(name: String, value: AttributeValue, offset: Int)] = []

    /// Checks that nothing but space follows.
    mutating func end(of bytes: Span<UInt8>) throws(DynamoDBJSONError) {
        self.skipSpace(in: bytes)
        guard self.index == bytes.count else { throw Failure(.trailingBytes, at: self.index) }
    }

    /// Reads names and their values.
    mutating func item(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Item {
        try self.expect(UInt8(ascii: "{"), in: bytes)
        guard try !self.accept(UInt8(ascii: "}"), in: bytes) else { return [:] }
        let first = self.entries.count
        repeat {
            self.skipSpace(in: bytes)
            let offset = self.index
            let name = try self.text(in: bytes)
            try self.expect(UInt8(ascii: ":"), in: bytes)
            self.entries.append((name, try self.value(in: bytes), offset))
        } while try self.continues(until: UInt8(ascii: "}"), in: bytes)
        var item = Item(minimumCapacity: self.entries.count - first)
        for index in first..<self.entries.count {
            guard item.updateValue(self.entries[index].value, forKey: self.entries[index].name) == nil else {
                throw Failure(.duplicateName, at: self.entries[index].offset)
            }
        }
        self.entries.removeSubrange(first...)
        return item
    }

    /// Reads one value with its type: `{"S":"x"}`.
    mutating func value(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> AttributeValue {
        try self.expect(UInt8(ascii: "{"), in: bytes)
        guard try !self.accept(UInt8(ascii: "}"), in: bytes) else { throw Failure(.notOneType, at: self.index - 1) }
        let kind = try self.kind(in: bytes)
        try self.expect(UInt8(ascii: ":"), in: bytes)
        self.skipSpace(in: bytes)
        let value: AttributeValue
        switch kind {
        case .string: value = .string(try self.text(in: bytes))
        case .number: value = .number(try self.number(in: bytes))
        case .binary: value = .binary(try self.binary(in: bytes))
        case .bool: value = .bool(try self.bool(in: bytes))
        case .null:
            guard try self.bool(in: bytes) else { throw Failure(.unexpectedByte, at: self.index - 5) }
            value = .null
        case .list: value = .list(try self.list(in: bytes))
        case .map:
            try self.descend()
            value = .map(try self.item(in: bytes))
            self.depth -= 1
        case .stringSet:
            value = .stringSet(
                try self.set(in: bytes) { reader, bytes throws(DynamoDBJSONError) in try reader.text(in: bytes) }
            )
        case .numberSet:
            value = .numberSet(
                try self.set(in: bytes) { reader, bytes throws(DynamoDBJSONError) in try reader.number(in: bytes) }
            )
        case .binarySet:
            value = .binarySet(
                try self.set(in: bytes) { reader, bytes throws(DynamoDBJSONError) in try reader.binary(in: bytes) }
            )
        }
        self.skipSpace(in: bytes)
        switch try self.byte(in: bytes) {
        case UInt8(ascii: "}"): self.index += 1
        case UInt8(ascii: ","): throw Failure(.notOneType, at: self.index)
        default: throw Failure(.unexpectedByte, at: self.index)
        }
        return value
    }

    private mutating func kind(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> AttributeValue.Kind {
        self.skipSpace(in: bytes)
        let start = self.index
        let name = try self.rawText(in: bytes).range
        let kind: AttributeValue.Kind?
        switch name.upperBound - name.lowerBound {
        case 1:
            switch bytes[name.lowerBound] {
            case UInt8(ascii: "S"): kind = .string
            case UInt8(ascii: "N"): kind = .number
            case UInt8(ascii: "B"): kind = .binary
            case UInt8(ascii: "M"): kind = .map
            case UInt8(ascii: "L"): kind = .list
            default: kind = nil
            }
        case 2 where bytes[name.lowerBound + 1] == UInt8(ascii: "S"):
            switch bytes[name.lowerBound] {
            case UInt8(ascii: "S"): kind = .stringSet
            case UInt8(ascii: "N"): kind = .numberSet
            case UInt8(ascii: "B"): kind = .binarySet
            default: kind = nil
            }
        case 4:
            kind =
                Self.matches("BOOL", bytes, at: start + 1)
                ? .bool : Self.matches("NULL", bytes, at: start + 1) ? .null : nil
        default: kind = nil
        }
        guard let kind else { throw Failure(.unknownType, at: start) }
        return kind
    }

    private mutating func list(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> [AttributeValue] {
        try self.descend()
        defer { self.depth -= 1 }
        try self.expect(UInt8(ascii: "["), in: bytes)
        guard try !self.accept(UInt8(ascii: "]"), in: bytes) else { return [] }
        var elements: [AttributeValue] = []
        repeat {
            elements.append(try self.value(in: bytes))
        } while try self.continues(until: UInt8(ascii: "]"), in: bytes)
        return elements
    }

    private mutating func set<Member>(
        in bytes: Span<UInt8>,
        _ member: (inout DynamoDBJSONReader, Span<UInt8>) throws(DynamoDBJSONError) -> Member
    ) throws(DynamoDBJSONError) -> Set<Member> {
        let start = self.index
        try self.expect(UInt8(ascii: "["), in: bytes)
        guard try !self.accept(UInt8(ascii: "]"), in: bytes) else { throw Failure(.emptySet, at: start) }
        var members: Set<Member> = []
        repeat {
            self.skipSpace(in: bytes)
            let offset = self.index
            guard members.insert(try member(&self, bytes)).inserted else { throw Failure(.duplicateMember, at: offset) }
        } while try self.continues(until: UInt8(ascii: "]"), in: bytes)
        return members
    }

    private mutating func bool(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Bool {
        let isTrue = try self.byte(in: bytes) == UInt8(ascii: "t")
        let end = self.index + (isTrue ? 4 : 5)
        guard end <= bytes.count, Self.matches(isTrue ? "true" : "false", bytes, at: self.index) else {
            throw Failure(.unexpectedByte, at: self.index)
        }
        self.index = end
        return isTrue
    }

    private mutating func number(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Number {
        let start = self.index
        let range = try self.rawText(in: bytes).range
        guard let number = Number(utf8: bytes.extracting(range)) else { throw Failure(.invalidNumber, at: start) }
        return number
    }

    private mutating func binary(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> [UInt8] {
        let start = self.index
        let text = try self.rawText(in: bytes)
        guard text.hasEscape else {
            guard let binary = Base64.decode(bytes.extracting(text.range)) else {
                throw Failure(.invalidBase64, at: start)
            }
            return binary
        }
        // Some writers escape the slash.
        let unescaped = try self.unescaped(text.range, in: bytes)
        guard let binary = Base64.decode(unescaped.span) else { throw Failure(.invalidBase64, at: start) }
        return binary
    }

    private mutating func descend() throws(DynamoDBJSONError) {
        self.depth += 1
        guard self.depth <= DynamoDBJSON.maximumDepth else { throw Failure(.tooDeep, at: self.index) }
    }

    /// Whether another part follows the one just read; the end is read too.
    private mutating func continues(until end: UInt8, in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Bool {
        self.skipSpace(in: bytes)
        let byte = try self.byte(in: bytes)
        guard byte == UInt8(ascii: ",") || byte == end else { throw Failure(.unexpectedByte, at: self.index) }
        self.index += 1
        return byte != end
    }

    /// Reads a byte if it is the next after space.
    private mutating func accept(_ byte: UInt8, in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Bool {
        self.skipSpace(in: bytes)
        guard try self.byte(in: bytes) == byte else { return false }
        self.index += 1
        return true
    }

    /// Reads a byte that must be the next after space.
    private mutating func expect(_ byte: UInt8, in bytes: Span<UInt8>) throws(DynamoDBJSONError) {
        guard try self.accept(byte, in: bytes) else { throw Failure(.unexpectedByte, at: self.index) }
    }

    private mutating func skipSpace(in bytes: Span<UInt8>) {
        while self.index < bytes.count {
            switch bytes[self.index] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): self.index += 1
            default: return
            }
        }
    }

    /// Whether a word stands at a place; as many bytes as it has must be there.
    private static func matches(_ word: String, _ bytes: Span<UInt8>, at start: Int) -> Bool {
        var index = start
        for byte in word.utf8 {
            guard bytes[index] == byte else { return false }
            index += 1
        }
        return true
    }
}
