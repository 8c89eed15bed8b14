extension AttributeValue: Codable {
    private struct TypeKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ kind: Kind) { self.stringValue = kind.rawValue }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Encodes the value in the form of DynamoDB JSON, `{"S":"x"}`; ``ItemEncoder`` takes it as it is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: TypeKey.self)
        let key = TypeKey(self.kind)
        switch self {
        case .string(let text): try container.encode(text, forKey: key)
        case .number(let number): try container.encode(number, forKey: key)
        case .binary(let bytes): try container.encode(Base64.encode(bytes), forKey: key)
        case .bool(let value): try container.encode(value, forKey: key)
        case .null: try container.encode(true, forKey: key)
        case .list(let elements): try container.encode(elements, forKey: key)
        case .map(let entries): try container.encode(entries, forKey: key)
        case .stringSet(let members): try container.encode(Array(members), forKey: key)
        case .numberSet(let members): try container.encode(Array(members), forKey: key)
        case .binarySet(let members): try container.encode(members.map { Base64.encode($0) }, forKey: key)
        }
    }

    /// Decodes the value from the form of DynamoDB JSON; ``ItemDecoder`` takes any value as it is.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: TypeKey.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1,
            let kind = Kind(rawValue: key.stringValue)
        else { throw Self.corrupted("A value needs one of DynamoDB's types.", decoder) }
        func bytes(_ text: String) throws -> [UInt8] {
            guard let bytes = Base64.decode(text.utf8Span.span) else {
                throw Self.corrupted("The text is not base64.", decoder)
            }
            return bytes
        }
        switch kind {
        case .string: self = .string(try container.decode(String.self, forKey: key))
        case .number: self = .number(try container.decode(Number.self, forKey: key))
        case .binary: self = .binary(try bytes(try container.decode(String.self, forKey: key)))
        case .bool: self = .bool(try container.decode(Bool.self, forKey: key))
        case .null: self = .null
        case .list: self = .list(try container.decode([AttributeValue].self, forKey: key))
        case .map: self = .map(try container.decode([String: AttributeValue].self, forKey: key))
        case .stringSet: self = .stringSet(Set(try container.decode([String].self, forKey: key)))
        case .numberSet: self = .numberSet(Set(try container.decode([Number].self, forKey: key)))
        case .binarySet: self = .binarySet(Set(try container.decode([String].self, forKey: key).map(bytes)))
        }
    }

    private static func corrupted(_ message: String, _ decoder: any Decoder) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: decoder.codingPath, debugDescription: message))
    }
}
