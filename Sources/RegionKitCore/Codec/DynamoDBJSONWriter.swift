/// Writes items and values as DynamoDB JSON.
struct DynamoDBJSONWriter {
    private(set) var bytes: [UInt8] = []
    private let isSorted: Bool

    init(isSorted: Bool) {
        self.isSorted = isSorted
    }

    /// Takes the bytes over, to be given back when all is written.
    init(appendingTo bytes: inout [UInt8]) {
        self.isSorted = false
        swap(&self.bytes, &bytes)
    }

    mutating func write(_ item: Item) {
        self.bytes.append(UInt8(ascii: "{"))
        var isFirst = true
        if self.isSorted {
            for (name, value) in item.sorted(by: { $0.key.precedesInBytes($1.key) }) {
                self.write(name, value, &isFirst)
            }
        } else {
            for (name, value) in item { self.write(name, value, &isFirst) }
        }
        self.bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ name: String, _ value: AttributeValue, _ isFirst: inout Bool) {
        if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        self.write(text: name)
        self.bytes.append(UInt8(ascii: ":"))
        self.write(value)
    }

    mutating func write(_ value: AttributeValue) {
        switch value {
        case .string(let text):
            self.put(#"{"S":"#)
            self.write(text: text)
        case .number(let number):
            self.put(#"{"N":"#)
            self.write(number)
        case .binary(let bytes):
            self.put(#"{"B":"#)
            self.write(bytes)
        case .bool(true): self.put(#"{"BOOL":true"#)
        case .bool(false): self.put(#"{"BOOL":false"#)
        case .null: self.put(#"{"NULL":true"#)
        case .list(let elements):
            self.put(#"{"L":["#)
            var isFirst = true
            for element in elements {
                if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                self.write(element)
            }
            self.bytes.append(UInt8(ascii: "]"))
        case .map(let entries):
            self.put(#"{"M":"#)
            self.write(entries)
        case .stringSet(let members):
            self.put(#"{"SS":["#)
            self.write(members, by: { $0.precedesInBytes($1) }) { $0.write(text: $1) }
        case .numberSet(let members):
            self.put(#"{"NS":["#)
            self.write(members, by: <) { $0.write($1) }
        case .binarySet(let members):
            self.put(#"{"BS":["#)
            self.write(members, by: { $0.lexicographicallyPrecedes($1) }) { $0.write($1) }
        }
        self.bytes.append(UInt8(ascii: "}"))
    }

    private mutating func write<Member>(
        _ members: Set<Member>,
        by precedes: (Member, Member) -> Bool,
        _ write: (inout DynamoDBJSONWriter, Member) -> Void
    ) {
        var isFirst = true
        for member in self.isSorted ? members.sorted(by: precedes) : Array(members) {
            if !isFirst { self.bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            write(&self, member)
        }
        self.bytes.append(UInt8(ascii: "]"))
    }

    private mutating func write(_ number: Number) {
        self.bytes.append(UInt8(ascii: "\""))
        number.write(into: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    private mutating func write(_ binary: [UInt8]) {
        self.bytes.append(UInt8(ascii: "\""))
        Base64.encode(binary.span, into: &self.bytes)
        self.bytes.append(UInt8(ascii: "\""))
    }

    mutating func write(text: String) {
        self.bytes.append(UInt8(ascii: "\""))
        if Self.isPlain(text.utf8Span.span) {
            self.bytes.append(contentsOf: text.utf8)
        } else {
            for byte in text.utf8 { self.write(escaping: byte) }
        }
        self.bytes.append(UInt8(ascii: "\""))
    }

    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
        }
        return true
    }

    private mutating func write(escaping byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): self.put(#"\""#)
        case UInt8(ascii: "\\"): self.put(#"\\"#)
        case UInt8(ascii: "\n"): self.put(#"\n"#)
        case UInt8(ascii: "\r"): self.put(#"\r"#)
        case UInt8(ascii: "\t"): self.put(#"\t"#)
        case 0..<0x20:
            self.put(byte < 0x10 ? #"\u000"# : #"\u001"#)
            let digit = byte & 0xF
            self.bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        default: self.bytes.append(byte)
        }
    }

    private mutating func put(_ text: String) {
        self.bytes.append(contentsOf: text.utf8)
    }
}
