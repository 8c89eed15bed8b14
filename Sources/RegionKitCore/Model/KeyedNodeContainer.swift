/// Encodes the properties of a value into the entries of a map.
struct KeyedNodeContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: NodeEncoder

    var codingPath: [any CodingKey] { self.encoder.codingPath }

    func encodeNil(forKey key: Key) { self.entry(key).encodeNil() }

    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { try self.entry(key).encode(value) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        self.entry(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { self.entry(key).unkeyedContainer() }

    func superEncoder() -> any Encoder { self.entry(PartKey("super")) }

    func superEncoder(forKey key: Key) -> any Encoder { self.entry(key) }

    private func entry(_ key: some CodingKey) -> NodeEncoder {
        self.encoder.encoder(self.encoder.node.entry(key.stringValue), key)
    }
}
