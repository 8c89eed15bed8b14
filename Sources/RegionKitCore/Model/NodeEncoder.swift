internal import Foundation

/// Encodes one value into a node: the `Encoder` and the single-value container that `Encodable` types see.
struct NodeEncoder: Encoder, SingleValueEncodingContainer {
    let node: EncodedNode
    let codingPath: [any CodingKey]
    let options: ItemEncoder

    var userInfo: [CodingUserInfoKey: Any] { self.options.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        self.node.becomeMap()
        return KeyedEncodingContainer(KeyedNodeContainer(encoder: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        self.node.becomeList()
        return UnkeyedNodeContainer(encoder: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// The encoder of a part of this value.
    func encoder(_ node: EncodedNode, _ key: some CodingKey) -> NodeEncoder {
        NodeEncoder(node: node, codingPath: self.codingPath + [key], options: self.options)
    }

    func encodeNil() { self.node.content = .value(.null) }

    func encode<T: Encodable>(_ value: T) throws {
        switch value {
        case let value as String: self.put(.string(value))
        case let value as Bool: self.put(.bool(value))
        case let value as any BinaryInteger: try self.put(number: Number(value.description), of: T.self)
        case let value as Double: try self.put(number: Number(value.description), of: T.self)
        case let value as Float: try self.put(number: Number(value.description), of: T.self)
        case let value as Decimal: try self.put(number: Number(value.description), of: T.self)
        case let value as Number: self.put(.number(value))
        case let value as AttributeValue: self.put(value)
        case let value as Date: self.put(AttributeValue(value, as: self.options.dates))
        case let value as URL: self.put(.string(value.absoluteString))
        case let value as Data: self.put(.binary([UInt8](value)))
        // An empty array can be cast to an array of anything.
        case let value as [UInt8] where T.self == [UInt8].self: self.put(.binary(value))
        case let value as Set<String> where T.self == Set<String>.self: try self.put(value) { .stringSet($0) }
        case let value as Set<Number> where T.self == Set<Number>.self: try self.put(value) { .numberSet($0) }
        case let value as Set<Int> where T.self == Set<Int>.self:
            try self.put(Set(value.map { Number($0) })) { .numberSet($0) }
        default: try value.encode(to: self)
        }
    }

    private func put(_ value: AttributeValue) {
        self.node.content = .value(value)
    }

    private func put(number: Number?, of type: Any.Type) throws {
        guard let number else { throw self.error(type, "The number is not finite or is out of DynamoDB's range.") }
        self.put(.number(number))
    }

    private func put<Member>(_ members: Set<Member>, _ attribute: (Set<Member>) -> AttributeValue) throws {
        guard !members.isEmpty else {
            // Left out. In a list that would move the elements behind it.
            guard self.codingPath.last?.intValue == nil else {
                throw self.error(Set<Member>.self, "DynamoDB has no empty set.")
            }
            return
        }
        self.put(attribute(members))
    }

    /// An error that names the type alone: an error carries no value.
    private func error(_ type: Any.Type, _ message: String) -> EncodingError {
        .invalidValue(type, EncodingError.Context(codingPath: self.codingPath, debugDescription: message))
    }
}
