internal import Foundation

/// Decodes one value: the `Decoder` and the single-value container that `Decodable` types see.
struct ValueDecoder: Decoder, SingleValueDecodingContainer {
    let value: AttributeValue
    let codingPath: [any CodingKey]
    let options: ItemDecoder

    var userInfo: [CodingUserInfoKey: Any] { self.options.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let entries = self.value.map else { throw self.mismatch(Item.self) }
        return KeyedDecodingContainer(KeyedValueContainer(entries: entries, decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let elements: [AttributeValue]
        switch self.value {
        case .list(let list): elements = list
        case .stringSet(let members): elements = members.map { .string($0) }
        case .numberSet(let members): elements = members.map { .number($0) }
        case .binarySet(let members): elements = members.map { .binary($0) }
        default: throw self.mismatch([AttributeValue].self)
        }
        return UnkeyedValueContainer(elements: elements, decoder: self)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    /// The decoder of a part of this value.
    func decoder(_ value: AttributeValue, _ key: some CodingKey) -> ValueDecoder {
        ValueDecoder(value: value, codingPath: self.codingPath + [key], options: self.options)
    }

    func decodeNil() -> Bool { self.value == .null }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        let decoded: Any?
        switch type {
        case is AttributeValue.Type: decoded = self.value
        case is String.Type: decoded = self.value.string
        case is Bool.Type: decoded = self.value.bool
        case is Number.Type: decoded = self.value.number
        case is Double.Type: decoded = self.value.number?.double
        case is Float.Type: decoded = self.value.number.flatMap { Float($0.description) }
        case is Decimal.Type: decoded = self.value.number.flatMap { Decimal(string: $0.description) }
        case is URL.Type: decoded = self.value.string.flatMap { URL(string: $0) }
        case is Date.Type: decoded = self.value.date
        case is Data.Type: decoded = self.value.binary.map { Data($0) }
        case is [UInt8].Type: decoded = self.value.binary ?? (try? [UInt8](from: self))
        case let type as any FixedWidthInteger.Type: decoded = try self.integer(type)
        default: return try T(from: self)
        }
        guard let result = decoded as? T else { throw self.mismatch(type) }
        return result
    }

    private func integer<Integer: FixedWidthInteger>(_ type: Integer.Type) throws -> Integer? {
        guard let number = self.value.number else { return nil }
        // Numbers are written without exponent up to 38 digits, so an integer's text is its digits.
        guard let integer = Integer(number.description) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: self.codingPath, debugDescription: "The number is no \(type).")
            )
        }
        return integer
    }

    private func mismatch(_ type: Any.Type) -> DecodingError {
        .typeMismatch(
            type,
            DecodingError.Context(
                codingPath: self.codingPath,
                debugDescription: "A value of type \(self.value.kind.rawValue) cannot be read as \(type)."
            )
        )
    }
}
