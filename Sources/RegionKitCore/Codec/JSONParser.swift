/// Reads a JSON document strictly: bounded in size and depth, no duplicate names, nothing after it.
package struct JSONParser {
    /// What is wrong, and where.
    package struct Problem: Error, Hashable, CustomStringConvertible {
        package var line: Int
        package var column: Int
        package var message: String

        package var description: String { "line \(self.line), column \(self.column): \(self.message)" }
    }

    static let maximumSize = 16 << 20
    private static let maximumDepth = 64

    private let bytes: [UInt8]
    private var place = 0
    private var depth = 0

    package static func parse(_ bytes: [UInt8]) throws(Problem) -> JSON {
        var parser = JSONParser(bytes: bytes)
        guard bytes.count <= self.maximumSize else { throw parser.problem("the document has more than 16 MiB") }
        let value = try parser.value()
        parser.skipSpace()
        guard parser.place == bytes.count else { throw parser.problem("the document goes on after its end") }
        return value
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private var next: UInt8? { self.place < self.bytes.count ? self.bytes[self.place] : nil }

    private func problem(_ message: String) -> Problem {
        let before = self.bytes[..<min(self.place, self.bytes.count)]
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        return Problem(line: line, column: self.place - start + 1, message: message)
    }

    private mutating func skipSpace() {
        while let byte = self.next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { self.place += 1 }
    }

    /// Steps over a character; false when another one comes next.
    private mutating func takes(_ character: Unicode.Scalar) -> Bool {
        self.skipSpace()
        guard self.next == UInt8(ascii: character) else { return false }
        self.place += 1
        return true
    }

    private mutating func value() throws(Problem) -> JSON {
        self.skipSpace()
        switch self.next {
        case UInt8(ascii: "{"): return .object(try self.nested { parser throws(Problem) in try parser.members() })
        case UInt8(ascii: "["): return .array(try self.nested { parser throws(Problem) in try parser.elements() })
        case UInt8(ascii: "\""): return .string(try self.string())
        case let byte? where "-0123456789".utf8.contains(byte): return try self.number()
        case nil: throw self.problem("the document ends too early")
        default:
            for (word, value) in [("true", JSON.bool(true)), ("false", .bool(false)), ("null", .null)]
            where self.bytes[self.place...].starts(with: word.utf8) {
                self.place += word.utf8.count
                return value
            }
            throw self.problem("a value is expected")
        }
    }

    private mutating func nested<Value>(
        _ body: (inout JSONParser) throws(Problem) -> Value
    ) throws(Problem) -> Value {
        guard self.depth < Self.maximumDepth else { throw self.problem("more than 64 levels are nested") }
        self.depth += 1
        self.place += 1
        let value = try body(&self)
        self.depth -= 1
        return value
    }

    private mutating func members() throws(Problem) -> [JSON.Member] {
        guard !self.takes("}") else { return [] }
        var members: [JSON.Member] = []
        var names: Set<String> = []
        repeat {
            self.skipSpace()
            guard self.next == UInt8(ascii: "\"") else { throw self.problem("a name in double quotes is expected") }
            let name = try self.string()
            guard names.insert(name).inserted else { throw self.problem("the name \"\(name)\" is given twice") }
            guard self.takes(":") else { throw self.problem("a colon is expected") }
            members.append(JSON.Member(name: name, value: try self.value()))
        } while self.takes(",")
        guard self.takes("}") else { throw self.problem("a comma or } is expected") }
        return members
    }

    private mutating func elements() throws(Problem) -> [JSON] {
        guard !self.takes("]") else { return [] }
        var elements: [JSON] = []
        repeat { elements.append(try self.value()) } while self.takes(",")
        guard self.takes("]") else { throw self.problem("a comma or ] is expected") }
        return elements
    }

    private mutating func number() throws(Problem) -> JSON {
        let start = self.place
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        while let byte = self.next, digits.contains(byte) || "+-.eE".utf8.contains(byte) { self.place += 1 }
        let text = String(decoding: self.bytes[start..<self.place], as: UTF8.self)
        guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/) != nil else {
            self.place = start
            throw self.problem("this is no number")
        }
        if let whole = Int(text) { return .integer(whole) }
        guard let number = Number(text) else {
            self.place = start
            throw self.problem("the number has more than 38 digits, or is too large or too small")
        }
        return .decimal(number)
    }

    private mutating func string() throws(Problem) -> String {
        self.place += 1
        var content: [UInt8] = []
        while let byte = self.next {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw self.problem("the text is not UTF-8")
                }
                self.place += 1
                return text
            case 0x00...0x1F: throw self.problem("a line or control character stands within a text")
            case UInt8(ascii: "\\"):
                self.place += 1
                content += String(try self.escaped()).utf8
            default:
                content.append(byte)
                self.place += 1
            }
        }
        throw self.problem("the text has no end")
    }

    private mutating func escaped() throws(Problem) -> Unicode.Scalar {
        let simple: [UInt8: Unicode.Scalar] = [
            0x22: "\"", 0x5C: "\\", 0x2F: "/", 0x62: "\u{8}", 0x66: "\u{C}", 0x6E: "\n", 0x72: "\r", 0x74: "\t",
        ]
        if let byte = self.next, let scalar = simple[byte] {
            self.place += 1
            return scalar
        }
        let first = try self.unit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), self.next == UInt8(ascii: "\\") else { throw self.loneSurrogate }
        self.place += 1
        let second = try self.unit()
        guard UTF16.isTrailSurrogate(second) else { throw self.loneSurrogate }
        let value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        guard let scalar = Unicode.Scalar(value) else { throw self.loneSurrogate }
        return scalar
    }

    private var loneSurrogate: Problem { self.problem("half a surrogate pair") }

    /// The number of a `\u` escape.
    private mutating func unit() throws(Problem) -> UInt16 {
        let digits = self.bytes[self.place...].dropFirst().prefix(4)
        let text = String(decoding: digits, as: UTF8.self)
        guard self.next == UInt8(ascii: "u"), text.utf8.count == 4, text.first != "+", text.first != "-",
            let value = UInt16(text, radix: 16)
        else { throw self.problem("an unknown escape") }
        self.place += 5
        return value
    }
}
