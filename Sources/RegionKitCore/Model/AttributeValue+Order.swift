extension AttributeValue {
    /// Whether two values are the same to DynamoDB: texts by their UTF-8, numbers by value, sets without order.
    ///
    /// `String` takes canonically equivalent texts for equal; here they differ, so two keys that DynamoDB tells apart
    /// are two keys. Only names in one map and members of one string set cannot be told apart in that way, because
    /// the standard library's dictionaries and sets hold them: of two equivalent ones there is room for one.
    public static func == (lhs: AttributeValue, rhs: AttributeValue) -> Bool {
        switch (lhs, rhs) {
        case (.string(let lhs), .string(let rhs)): lhs.hasSameBytes(as: rhs)
        case (.number(let lhs), .number(let rhs)): lhs == rhs
        case (.binary(let lhs), .binary(let rhs)): lhs == rhs
        case (.bool(let lhs), .bool(let rhs)): lhs == rhs
        case (.null, .null): true
        case (.list(let lhs), .list(let rhs)): lhs == rhs
        case (.map(let lhs), .map(let rhs)):
            lhs.count == rhs.count
                && lhs.allSatisfy { name, value in
                    guard let place = rhs.index(forKey: name) else { return false }
                    return rhs[place].key.hasSameBytes(as: name) && rhs[place].value == value
                }
        case (.stringSet(let lhs), .stringSet(let rhs)):
            lhs.count == rhs.count
                && lhs.allSatisfy { member in
                    rhs.firstIndex(of: member).map { rhs[$0].hasSameBytes(as: member) } ?? false
                }
        case (.numberSet(let lhs), .numberSet(let rhs)): lhs == rhs
        case (.binarySet(let lhs), .binarySet(let rhs)): lhs == rhs
        default: false
        }
    }

    /// Whether the value sorts before another of its type as DynamoDB sorts: `S` by UTF-8, `N` by value, `B` by
    /// unsigned bytes.
    ///
    /// Nil when the types differ or have no order.
    public func precedes(_ other: AttributeValue) -> Bool? {
        switch (self, other) {
        case (.string(let mine), .string(let its)): mine.precedesInBytes(its)
        case (.number(let mine), .number(let its)): mine < its
        case (.binary(let mine), .binary(let its)): mine.lexicographicallyPrecedes(its)
        default: nil
        }
    }
}
