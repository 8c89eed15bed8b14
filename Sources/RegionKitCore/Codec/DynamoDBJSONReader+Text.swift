extension DynamoDBJSONReader {
    /// The next byte, which is not read yet.
    func byte(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> UInt8 {
        guard self.index < bytes.count else { throw Failure(.unexpectedEnd, at: self.index) }
        return bytes[self.index]
    }

    /// Reads a text in quotes without looking into it: where it stands, and whether it has escapes.
    mutating func rawText(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> (range: Range<Int>, hasEscape: Bool) {
        guard try self.byte(in: bytes) == UInt8(ascii: "\"") else { throw Failure(.unexpectedByte, at: self.index) }
        let start = self.index + 1
        var (index, hasEscape) = (start, false)
        while true {
            index = Self.skipPlain(bytes, from: index)
            guard index < bytes.count else { throw Failure(.unexpectedEnd, at: bytes.count) }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                self.index = index + 1
                return (start..<index, hasEscape)
            case UInt8(ascii: "\\"):
                hasEscape = true
                index += 2
            default: throw Failure(.controlCharacter, at: index)
            }
        }
    }

    /// Where the next quote, backslash or control character is, or the end.
    @inline(__always)
    private static func skipPlain(_ bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        // Eight bytes at a time: <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>.
        let ones: UInt64 = 0x0101_0101_0101_0101
        while index <= bytes.count &- 8 {
            let word = Self.word(bytes.extracting(index..<index &+ 8))
            let (quotes, backslashes) = (word ^ (0x22 &* ones), word ^ (0x5C &* ones))
            let control = (word &- (0x20 &* ones)) & ~word
            let quote = (quotes &- ones) & ~quotes
            let backslash = (backslashes &- ones) & ~backslashes
            let hits = (control | quote | backslash) & (0x80 &* ones)
            guard hits == 0 else { return index + hits.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return index
    }

    /// Eight bytes as a number, the first the lowest; one load in machine code.
    @inline(__always)
    static func word(_ bytes: Span<UInt8>) -> UInt64 {
        let low = UInt64(bytes[0]) | UInt64(bytes[1]) << 8 | UInt64(bytes[2]) << 16 | UInt64(bytes[3]) << 24
        let high = UInt64(bytes[4]) | UInt64(bytes[5]) << 8 | UInt64(bytes[6]) << 16 | UInt64(bytes[7]) << 24
        return low | high << 32
    }

    /// Reads a text in quotes.
    mutating func text(in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> String {
        let (range, hasEscape) = try self.rawText(in: bytes)
        if hasEscape {
            guard let text = String(validating: try self.unescaped(range, in: bytes), as: UTF8.self) else {
                throw Failure(.invalidUTF8, at: range.lowerBound)
            }
            return text
        }
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: bytes.extracting(range)))
        } catch {
            throw Failure(.invalidUTF8, at: range.lowerBound + error.byteOffsets.lowerBound)
        }
    }

    /// The bytes of a text with its escapes resolved.
    func unescaped(_ range: Range<Int>, in bytes: Span<UInt8>) throws(DynamoDBJSONError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == UInt8(ascii: "\\") else {
                text.append(bytes[index])
                index += 1
                continue
            }
            switch bytes[index + 1] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(bytes[index + 1])
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"):
                let (scalar, end) = try self.scalar(at: index, before: range.upperBound, in: bytes)
                text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                index = end
                continue
            default: throw Failure(.invalidEscape, at: index)
            }
            index += 2
        }
        return text
    }

    /// The character that a `\u` escape, or two of them, stands for, and where it ends.
    private func scalar(
        at start: Int,
        before end: Int,
        in bytes: Span<UInt8>
    ) throws(DynamoDBJSONError) -> (Unicode.Scalar, Int) {
        guard let first = Self.codeUnit(at: start, before: end, in: bytes) else {
            throw Failure(.invalidEscape, at: start)
        }
        if let scalar = Unicode.Scalar(first) { return (scalar, start + 6) }
        guard UTF16.isLeadSurrogate(first), let second = Self.codeUnit(at: start + 6, before: end, in: bytes),
            UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw Failure(.loneSurrogate, at: start) }
        return (scalar, start + 12)
    }

    /// The number in a `\u` escape; nil where there is none.
    private static func codeUnit(at start: Int, before end: Int, in bytes: Span<UInt8>) -> UInt16? {
        guard start + 6 <= end, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u") else {
            return nil
        }
        var unit: UInt16 = 0
        for index in start + 2..<start + 6 {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}
