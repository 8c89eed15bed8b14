/// Base64 with padding: <https://www.rfc-editor.org/rfc/rfc4648#section-4>.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The encoded bytes as a text.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        self.encode(bytes.span, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the encoded bytes.
    static func encode(_ bytes: Span<UInt8>, into text: inout [UInt8]) {
        text.append(addingCapacity: (bytes.count + 2) / 3 * 4) { output in
            var index = 0
            while index + 3 <= bytes.count {
                let word = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                output.append(self.character(word >> 18))
                output.append(self.character(word >> 12))
                output.append(self.character(word >> 6))
                output.append(self.character(word))
                index += 3
            }
            guard index < bytes.count else { return }
            let last = index + 1 < bytes.count ? bytes[index + 1] : 0
            let word = UInt32(bytes[index]) << 16 | UInt32(last) << 8
            output.append(self.character(word >> 18))
            output.append(self.character(word >> 12))
            output.append(index + 1 < bytes.count ? self.character(word >> 6) : UInt8(ascii: "="))
            output.append(UInt8(ascii: "="))
        }
    }

    /// The decoded bytes; nil when the text is not exactly what ``encode(_:into:)`` writes.
    static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        guard !text.isEmpty else { return [] }
        var padding = 0
        if text[text.count - 1] == UInt8(ascii: "=") { padding = text[text.count - 2] == UInt8(ascii: "=") ? 2 : 1 }
        var invalid: UInt32 = 0
        let bytes = [UInt8](capacity: text.count / 4 * 3) { output in
            var index = 0
            while index + 4 <= text.count - (padding > 0 ? 4 : 0) {
                let word =
                    self.value(text[index]) << 18 | self.value(text[index + 1]) << 12
                    | self.value(text[index + 2]) << 6 | self.value(text[index + 3])
                invalid |= word
                output.append(UInt8(truncatingIfNeeded: word >> 16))
                output.append(UInt8(truncatingIfNeeded: word >> 8))
                output.append(UInt8(truncatingIfNeeded: word))
                index += 4
            }
            guard padding > 0 else { return }
            let word =
                self.value(text[index]) << 18 | self.value(text[index + 1]) << 12
                | (padding == 1 ? self.value(text[index + 2]) << 6 : 0)
            invalid |= word
            // The bits that belong to no byte must be zero.
            if word & (padding == 1 ? 0xFF : 0xFFFF) != 0 { invalid = .max }
            output.append(UInt8(truncatingIfNeeded: word >> 16))
            if padding == 1 { output.append(UInt8(truncatingIfNeeded: word >> 8)) }
        }
        return invalid >> 24 == 0 ? bytes : nil
    }

    private static func character(_ sextet: UInt32) -> UInt8 {
        self.alphabet[Int(sextet & 63)]
    }

    /// The six bits of a character; all bits for a byte that is none, so that the highest stay set when shifted.
    private static func value(_ character: UInt8) -> UInt32 {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: .max
        }
    }
}
