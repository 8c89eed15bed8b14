/// Reads items and values from DynamoDB JSON in one pass.
///
/// The bytes are passed to every call, and must be the same in all: a type that holds a `Span` cannot be stored yet.
struct DynamoDBJSONReader {
    typealias Failure = DynamoDBJSONError

    /// Where the next byte is read.
    var index: Int
    /// How many lists and maps are open.
    private var depth = 0
    /// The entries of all open maps: a dictionary is made when their number is known.
    private var entries: [Entry] = []

    private struct Entry {
        let name: String
        let value: AttributeValue
        let offset: Int
    }

    init(at index: Int = 0) {
        self.index = index
    }

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
        if first == 0 { self.entries.reserveCapacity(32) }
        repeat {
            self.skipSpace(in: bytes)
            let offset = self.index
            let name = try self.text(in: bytes)
            try self.expect(UInt8(ascii: ":"), in: bytes)
            self.entries.append(Entry(name: name, value: try self.value(in: bytes), offset: offset))
        } while try self.continues(until: UInt8(ascii: "}"), in: bytes)
        var item = Item(minimumCapacity: self.entries.count - first)
        // Taken out one by one, so that nothing is copied.
        while self.entries.count > first {
            let entry = self.entries.removeLast()
            let offset = entry.offset
            guard item.updateValue(entry.value, forKey: entry.name) == nil else {
                throw Failure(.duplicateName, at: offset)
            }
        }
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
        // The letters as one number.
        var letters: UInt32 = 0
        var length = 1
        if start + 2 < bytes.count, bytes[start] == UInt8(ascii: "\""), bytes[start + 2] == UInt8(ascii: "\"") {
            letters = UInt32(bytes[start + 1])
            self.index += 3
        } else {
            let name = try self.rawText(in: bytes).range
            length = name.count
            for index in name.prefix(5) { letters = letters << 8 | UInt32(bytes[index]) }
        }
        switch letters {
        case 0x53: return .string
        case 0x4E: return .number
        case 0x42: return .binary
        case 0x4C: return .list
        case 0x4D: return .map
        case 0x5353: return .stringSet
        case 0x4E53: return .numberSet
        case 0x4253: return .binarySet
        case 0x424F_4F4C where length == 4: return .bool
        case 0x4E55_4C4C where length == 4: return .null
        default: throw Failure(.unknownType, at: start)
        }
    }

    private mutating func list(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> [AttributeValue] {
        try self.descend()
        defer { self.depth -= 1 }
        try self.expect(UInt8(ascii: "["), in: bytes)
        guard try !self.accept(UInt8(ascii: "]"), in: bytes) else { return [] }
        var elements: [AttributeValue] = []
        elements.reserveCapacity(4)
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
        var members = Set<Member>(minimumCapacity: 4)
        repeat {
            self.skipSpace(in: bytes)
            let offset = self.index
            guard members.insert(try member(&self, bytes)).inserted else { throw Failure(.duplicateMember, at: offset) }
        } while try self.continues(until: UInt8(ascii: "]"), in: bytes)
        return members
    }

    private mutating func bool(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Bool {
        let isTrue = try self.byte(in: bytes) == UInt8(ascii: "t")
        let start = self.index
        for letter in (isTrue ? "true" : "false").utf8 {
            guard self.index < bytes.count, bytes[self.index] == letter else {
                throw Failure(.unexpectedByte, at: start)
            }
            self.index += 1
        }
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
    @inline(__always)
    private mutating func continues(until end: UInt8, in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Bool {
        self.skipSpace(in: bytes)
        let byte = try self.byte(in: bytes)
        guard byte == UInt8(ascii: ",") || byte == end else { throw Failure(.unexpectedByte, at: self.index) }
        self.index += 1
        return byte != end
    }

    /// Reads a byte if it is the next after space.
    @inline(__always)
    private mutating func accept(_ byte: UInt8, in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> Bool {
        self.skipSpace(in: bytes)
        guard try self.byte(in: bytes) == byte else { return false }
        self.index += 1
        return true
    }

    /// Reads a byte that must be the next after space.
    @inline(__always)
    private mutating func expect(_ byte: UInt8, in bytes: Span<UInt8>) throws(DynamoDBJSONError) {
        guard try self.accept(byte, in: bytes) else { throw Failure(.unexpectedByte, at: self.index) }
    }

    @inline(__always)
    private mutating func skipSpace(in bytes: Span<UInt8>) {
        guard self.index < bytes.count, bytes[self.index] <= UInt8(ascii: " ") else { return }
        self.skipSpaces(in: bytes)
    }

    @inline(never)
    private mutating func skipSpaces(in bytes: Span<UInt8>) {
        while self.index < bytes.count {
            switch bytes[self.index] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): self.index += 1
            default: return
            }
        }
    }
}
