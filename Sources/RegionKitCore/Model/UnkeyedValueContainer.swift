/// Decodes the elements of a sequence from a list or a set.
struct UnkeyedValueContainer: UnkeyedDecodingContainer {
    let elements: [AttributeValue]
    let decoder: ValueDecoder
    private(set) var currentIndex = 0

    init(elements: [AttributeValue], decoder: ValueDecoder) {
        self.elements = elements
        self.decoder = decoder
    }

    var codingPath: [any CodingKey] { self.decoder.codingPath }
    var count: Int? { self.elements.count }
    var isAtEnd: Bool { self.currentIndex == self.elements.count }

    mutating func decodeNil() throws -> Bool {
        guard try self.next().decodeNil() else { return false }
        self.currentIndex += 1
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try self.advanced { try $0.decode(type) }
    }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try self.advanced { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try self.advanced { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder {
        try self.advanced { $0 }
    }

    private func next() throws -> ValueDecoder {
        let key = PartKey(self.currentIndex)
        guard !self.isAtEnd else {
            throw DecodingError.valueNotFound(
                AttributeValue.self,
                DecodingError.Context(codingPath: self.codingPath + [key], debugDescription: "The list ends here.")
            )
        }
        return self.decoder.decoder(self.elements[self.currentIndex], key)
    }

    /// Reads the next element and, if that succeeds, moves on.
    private mutating func advanced<Result>(_ read: (ValueDecoder) throws -> Result) throws -> Result {
        let result = try read(try self.next())
        self.currentIndex += 1
        return result
    }
}
