/// Decodes the properties of a value from the entries of a map.
struct KeyedValueContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let entries: Item
    let decoder: ValueDecoder

    var codingPath: [any CodingKey] { self.decoder.codingPath }
    var allKeys: [Key] { self.entries.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { self.entries[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { try self.entry(key).decodeNil() }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        if self.entries[key.stringValue] == nil, let empty = Self.emptySet(type) { return empty }
        return try self.entry(key).decode(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try self.entry(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try self.entry(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { try self.entry(PartKey("super")) }

    func superDecoder(forKey key: Key) throws -> any Decoder { try self.entry(key) }

    private func entry(_ key: some CodingKey) throws -> ValueDecoder {
        guard let value = self.entries[key.stringValue] else {
            throw DecodingError.keyNotFound(
                key,
                DecodingError.Context(codingPath: self.codingPath, debugDescription: "The attribute is missing.")
            )
        }
        return self.decoder.decoder(value, key)
    }

    /// The empty set, where a set of a type that ``ItemEncoder`` leaves out when empty is asked for.
    private static func emptySet<T>(_ type: T.Type) -> T? {
        switch type {
        case is Set<String>.Type: Set<String>() as? T
        case is Set<Number>.Type: Set<Number>() as? T
        case is Set<Int>.Type: Set<Int>() as? T
        default: nil
        }
    }
}
