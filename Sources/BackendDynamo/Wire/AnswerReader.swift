internal import RegionKitCore

/// Reads an answer's JSON from front to back, in one pass: objects and lists of known members, items as
/// ``DynamoDBJSON``, all else skipped.
///
/// Strict, and bounded whatever the bytes are: names that occur twice and nesting beyond 64 levels are refused. A member
/// that is `null` counts as absent. The bytes are passed to every call, and must be the same in all.
struct AnswerReader {
    typealias Failure = DynamoDBJSONError

    private static let maximumDepth = 64

    /// Where the next byte is read.
    private var index = 0
    private var depth = 0

    /// Reads an object; `body` reads the value of each member it knows, and answers whether it did.
    mutating func object(
        in bytes: Span<UInt8>,
        _ body: (inout AnswerReader, String, Span<UInt8>) throws(Failure) -> Bool
    ) throws(Failure) {
        try self.nested(UInt8(ascii: "{"), UInt8(ascii: "}"), in: bytes) { reader, names, bytes throws(Failure) in
            reader.skipSpace(in: bytes)
            let start = reader.index
            let name = try DynamoDBJSON.decodeText(bytes, at: &reader.index)
            guard names.insert(name).inserted else { throw Failure(.duplicateName, at: start) }
            try reader.expect(UInt8(ascii: ":"), in: bytes)
            if try reader.next(in: bytes) == UInt8(ascii: "n") { return try reader.word("null", in: bytes) }
            guard try !body(&reader, name, bytes) else { return }
            try reader.skip(in: bytes)
        }
    }

    /// Reads a list; `body` reads each element.
    mutating func list(
        in bytes: Span<UInt8>,
        _ body: (inout AnswerReader, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try self.nested(UInt8(ascii: "["), UInt8(ascii: "]"), in: bytes) { reader, _, bytes throws(Failure) in
            try body(&reader, bytes)
        }
    }

    /// Reads a text.
    mutating func text(in bytes: Span<UInt8>) throws(Failure) -> String {
        self.skipSpace(in: bytes)
        return try DynamoDBJSON.decodeText(bytes, at: &self.index)
    }

    /// Reads an item.
    mutating func item(in bytes: Span<UInt8>) throws(Failure) -> Item {
        try DynamoDBJSON.decode(bytes, at: &self.index)
    }

    /// Checks that nothing but space follows.
    mutating func end(of bytes: Span<UInt8>) throws(Failure) {
        self.skipSpace(in: bytes)
        guard self.index == bytes.count else { throw Failure(.trailingBytes, at: self.index) }
    }

    private mutating func skip(in bytes: Span<UInt8>) throws(Failure) {
        switch try self.next(in: bytes) {
        case UInt8(ascii: "{"): try self.object(in: bytes) { _, _, _ in false }
        case UInt8(ascii: "["): try self.list(in: bytes) { reader, bytes throws(Failure) in try reader.skip(in: bytes) }
        case UInt8(ascii: "\""): _ = try self.text(in: bytes)
        case UInt8(ascii: "t"): try self.word("true", in: bytes)
        case UInt8(ascii: "f"): try self.word("false", in: bytes)
        case UInt8(ascii: "n"): try self.word("null", in: bytes)
        default: try self.number(in: bytes)
        }
    }

    /// Steps over what looks like a number; nobody reads it.
    private mutating func number(in bytes: Span<UInt8>) throws(Failure) {
        let start = self.index
        while self.index < bytes.count {
            switch bytes[self.index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                self.index += 1
            default:
                guard self.index > start else { throw Failure(.unexpectedByte, at: start) }
                return
            }
        }
    }

    private mutating func word(_ word: String, in bytes: Span<UInt8>) throws(Failure) {
        for letter in word.utf8 {
            guard self.index < bytes.count else { throw Failure(.unexpectedEnd, at: self.index) }
            guard bytes[self.index] == letter else { throw Failure(.unexpectedByte, at: self.index) }
            self.index += 1
        }
    }

    private mutating func nested(
        _ begin: UInt8,
        _ end: UInt8,
        in bytes: Span<UInt8>,
        _ part: (inout AnswerReader, inout Set<String>, Span<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try self.expect(begin, in: bytes)
        self.depth += 1
        guard self.depth <= Self.maximumDepth else { throw Failure(.tooDeep, at: self.index) }
        defer { self.depth -= 1 }
        if try self.next(in: bytes) == end {
            self.index += 1
            return
        }
        var names: Set<String> = []
        while true {
            try part(&self, &names, bytes)
            let byte = try self.next(in: bytes)
            guard byte == UInt8(ascii: ",") || byte == end else { throw Failure(.unexpectedByte, at: self.index) }
            self.index += 1
            if byte == end { return }
        }
    }

    /// The next byte that is no space; it is not read yet.
    private mutating func next(in bytes: Span<UInt8>) throws(Failure) -> UInt8 {
        self.skipSpace(in: bytes)
        guard self.index < bytes.count else { throw Failure(.unexpectedEnd, at: self.index) }
        return bytes[self.index]
    }

    private mutating func expect(_ byte: UInt8, in bytes: Span<UInt8>) throws(Failure) {
        guard try self.next(in: bytes) == byte else { throw Failure(.unexpectedByte, at: self.index) }
        self.index += 1
    }

    private mutating func skipSpace(in bytes: Span<UInt8>) {
        while self.index < bytes.count {
            switch bytes[self.index] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): self.index += 1
            default: return
            }
        }
    }
}
