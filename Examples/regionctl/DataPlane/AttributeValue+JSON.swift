internal import RegionKitCore

extension AttributeValue {
    /// The value as DynamoDB JSON, names and members of sets sorted.
    var json: JSON {
        let content: JSON =
            switch self {
            case .string, .number, .binary: .string(self.text)
            case .bool(let value): .bool(value)
            case .null: .bool(true)
            case .list(let elements): .array(elements.map(\.json))
            case .map(let entries): entries.json
            case .stringSet(let members): .array(members.sorted { $0.precedesInBytes($1) }.map { .string($0) })
            case .numberSet(let members): .array(members.sorted().map { .string($0.description) })
            case .binarySet(let members):
                .array(members.sorted { $0.lexicographicallyPrecedes($1) }.map { .string(Self.binary($0).text) })
            }
        return .object([JSON.Member(name: self.kind.rawValue, value: content)])
    }

    /// The value as ordinary JSON.
    ///
    /// - Parameter path: Where the value is, for the error when it has no such form.
    func plain(at path: AttributePath) throws(Failure) -> JSON {
        switch self {
        case .string(let text): return .string(text)
        case .number(let number): return .decimal(number)
        case .bool(let value): return .bool(value)
        case .null: return .null
        case .list(let elements):
            var values: [JSON] = []
            for (place, element) in elements.enumerated() { values.append(try element.plain(at: path.index(place))) }
            return .array(values)
        case .map(let entries):
            return .object(try entries.plainMembers { path.key($0) })
        case .binary, .stringSet, .numberSet, .binarySet:
            throw Failure(
                .usage,
                .unsupported,
                "\("\(path)".shown) is of type \(self.kind.rawValue), which ordinary JSON does not have; leave --plain away."
            )
        }
    }

    /// The value that ordinary JSON stands for.
    init(plain json: JSON) {
        switch json {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let number): self = .number(Number(number))
        case .decimal(let number): self = .number(number)
        // What is only written, never read.
        case .number(let number): self = Number(exactly: number).map { .number($0) } ?? .null
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(elements.map { AttributeValue(plain: $0) })
        case .object(let members):
            self = .map(Item(members.map { ($0.name, AttributeValue(plain: $0.value)) }) { first, _ in first })
        }
    }
}

extension Item {
    /// The item as DynamoDB JSON, names sorted.
    var json: JSON {
        .object(self.inOrder.map { JSON.Member(name: $0.key, value: $0.value.json) })
    }

    /// The item as ordinary JSON, names sorted.
    func plain() throws(Failure) -> JSON {
        .object(try self.plainMembers { AttributePath($0) })
    }

    fileprivate func plainMembers(_ path: (String) -> AttributePath) throws(Failure) -> [JSON.Member] {
        var members: [JSON.Member] = []
        for (name, value) in self.inOrder {
            members.append(JSON.Member(name: name, value: try value.plain(at: path(name))))
        }
        return members
    }

    private var inOrder: [Element] {
        self.sorted { $0.key.precedesInBytes($1.key) }
    }
}
