/// Encodes the elements of a sequence into a list.
struct UnkeyedNodeContainer: UnkeyedEncodingContainer {
    let encoder: NodeEncoder

    var codingPath: [any CodingKey] { self.encoder.codingPath }
    var count: Int { self.encoder.node.count }

    func encodeNil() { self.element().encodeNil() }

    func encode<T: Encodable>(_ value: T) throws { try self.element().encode(value) }

    func nestedContainer<NestedKey: CodingKey>(keyedBy keyType: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        self.element().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { self.element().unkeyedContainer() }

    func superEncoder() -> any Encoder { self.element() }

    private func element() -> NodeEncoder {
        let key = PartKey(self.count)
        return self.encoder.encoder(self.encoder.node.element(), key)
    }
}
