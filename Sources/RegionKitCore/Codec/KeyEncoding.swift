/// Key values as bytes that sort as DynamoDB sorts the values.
///
/// - `S`: its UTF-8. `B`: its bytes.
/// - `N`: one byte for the sign (1 negative, 2 zero, 3 positive), one for the power of ten of the first digit plus
///   130, then two digits a byte as 1 to 100, then 0; a negative number has every byte after the first inverted.
///   At most 22 bytes, and none is the beginning of another's.
///
/// Values of different types are not told apart: a key attribute has one type.
public enum KeyEncoding: Sendable {
    private static let negative = UInt8(1)
    private static let zero = UInt8(2)
    private static let positive = UInt8(3)

    /// The bytes of an `S`, `N` or `B`; none for other types, which no key has.
    public static func encode(_ value: AttributeValue) -> [UInt8] {
        switch value {
        case .string(let text): Array(text.utf8)
        case .binary(let bytes): bytes
        case .number(let number): self.encode(number)
        case .bool, .null, .list, .map, .stringSet, .numberSet, .binarySet: []
        }
    }

    /// The value of a type that has these bytes; nil when there is none.
    public static func decode(_ bytes: [UInt8], as kind: AttributeValue.Kind) -> AttributeValue? {
        switch kind {
        case .string: String(validating: bytes, as: UTF8.self).map { .string($0) }
        case .binary: .binary(bytes)
        case .number: self.decodeNumber(bytes).map { .number($0) }
        case .bool, .null, .list, .map, .stringSet, .numberSet, .binarySet: nil
        }
    }

    private static func encode(_ number: Number) -> [UInt8] {
        guard number != .zero else { return [self.zero] }
        let inversion: UInt8 = number.isNegative ? 0xFF : 0
        let digits = number.digits
        let pairs = (digits + 1) / 2
        var bytes = [UInt8](repeating: inversion, count: pairs + 3)
        bytes[0] = number.isNegative ? self.negative : self.positive
        bytes[1] = UInt8(truncatingIfNeeded: number.magnitude - Number.magnitudes.lowerBound) ^ inversion
        var rest = digits.isMultiple(of: 2) ? number.coefficient : number.coefficient * 10
        for index in (2..<pairs + 2).reversed() {
            let (quotient, pair) = rest.quotientAndRemainder(dividingBy: 100)
            bytes[index] = UInt8(truncatingIfNeeded: pair + 1) ^ inversion
            rest = quotient
        }
        return bytes
    }

    private static func decodeNumber(_ bytes: [UInt8]) -> Number? {
        if bytes == [self.zero] { return .zero }
        guard (4...22).contains(bytes.count), bytes[0] == self.negative || bytes[0] == self.positive else { return nil }
        let inversion: UInt8 = bytes[0] == self.negative ? 0xFF : 0
        var coefficient: UInt128 = 0
        for byte in bytes[2..<bytes.count - 1] {
            let pair = byte ^ inversion
            guard (1...100).contains(pair) else { return nil }
            coefficient = coefficient * 100 + UInt128(pair - 1)
        }
        // The first digit is not zero, and the last only where it fills up a pair.
        guard bytes.last == inversion, coefficient.decimalDigits == (bytes.count - 3) * 2 else { return nil }
        if coefficient % 10 == 0 { coefficient /= 10 }
        guard coefficient % 10 != 0 else { return nil }
        let magnitude = Int(bytes[1] ^ inversion) + Number.magnitudes.lowerBound
        return Number(
            canonical: coefficient,
            exponent: magnitude + 1 - coefficient.decimalDigits,
            isNegative: inversion != 0
        )
    }
}
