extension Condition {
    /// Whether the condition holds for an item; nil stands for an item without attributes.
    ///
    /// - Throws: When the condition nests deeper than the limit on operators allows; ``ItemLimits`` refuses such
    ///   requests beforehand.
    public func holds(for item: Item?) throws(ValidationError) -> Bool {
        try self.holds(for: item ?? [:], depth: 1)
    }

    private func holds(for item: Item, depth: Int) throws(ValidationError) -> Bool {
        guard depth <= ItemLimits.operators else {
            throw ValidationError("The condition nests deeper than the \(ItemLimits.operators) operators allowed.")
        }
        switch self {
        case .compare(let lhs, let comparison, let rhs):
            guard let lhs = lhs.value(in: item), let rhs = rhs.value(in: item) else { return comparison == .notEqual }
            return comparison.holds(lhs, rhs)
        case .between(let operand, let lower, let upper):
            guard let value = operand.value(in: item), let lower = lower.value(in: item),
                let upper = upper.value(in: item)
            else { return false }
            return Comparison.lessOrEqual.holds(lower, value) && Comparison.lessOrEqual.holds(value, upper)
        case .isIn(let operand, let choices):
            guard let value = operand.value(in: item) else { return false }
            return choices.contains { $0.value(in: item) == value }
        case .exists(let path): return path.value(in: item) != nil
        case .hasType(let path, let kind): return path.value(in: item)?.kind == kind
        case .beginsWith(let path, let prefix):
            switch (path.value(in: item), prefix.value(in: item)) {
            case (.string(let text), .string(let prefix)): return text.utf8.starts(with: prefix.utf8)
            case (.binary(let bytes), .binary(let prefix)): return bytes.starts(with: prefix)
            default: return false
            }
        case .contains(let path, let operand):
            guard let value = path.value(in: item), let part = operand.value(in: item) else { return false }
            return value.contains(part)
        case .and(let lhs, let rhs):
            guard try lhs.holds(for: item, depth: depth + 1) else { return false }
            return try rhs.holds(for: item, depth: depth + 1)
        case .or(let lhs, let rhs):
            guard try !lhs.holds(for: item, depth: depth + 1) else { return true }
            return try rhs.holds(for: item, depth: depth + 1)
        case .not(let operand):
            return try !operand.holds(for: item, depth: depth + 1)
        }
    }
}

extension Condition.Operand {
    fileprivate func value(in item: Item) -> AttributeValue? {
        switch self {
        case .path(let path): path.value(in: item)
        case .value(let value): value
        case .size(let path): path.value(in: item)?.elementCount.map { .number(Number($0)) }
        }
    }
}

extension Condition.Comparison {
    fileprivate func holds(_ lhs: AttributeValue, _ rhs: AttributeValue) -> Bool {
        switch self {
        case .equal: lhs == rhs
        case .notEqual: lhs != rhs
        case .less: lhs.precedes(rhs) == true
        case .lessOrEqual: rhs.precedes(lhs) == false
        case .greater: rhs.precedes(lhs) == true
        case .greaterOrEqual: lhs.precedes(rhs) == false
        }
    }
}

extension AttributeValue {
    /// DynamoDB's `size`; nil for the types that have none.
    fileprivate var elementCount: Int? {
        switch self {
        case .string(let text): text.utf16.count
        case .binary(let bytes): bytes.count
        case .list(let elements): elements.count
        case .map(let entries): entries.count
        case .stringSet(let members): members.count
        case .numberSet(let members): members.count
        case .binarySet(let members): members.count
        case .number, .bool, .null: nil
        }
    }

    /// DynamoDB's `contains`.
    fileprivate func contains(_ part: AttributeValue) -> Bool {
        switch (self, part) {
        case (.string(let text), .string(let part)): Array(text.utf8).containsBytes(Array(part.utf8))
        case (.binary(let bytes), .binary(let part)): bytes.containsBytes(part)
        case (.stringSet(let members), .string(let member)): members.contains(member)
        case (.numberSet(let members), .number(let member)): members.contains(member)
        case (.binarySet(let members), .binary(let member)): members.contains(member)
        case (.list(let elements), _): elements.contains(part)
        default: false
        }
    }
}

extension [UInt8] {
    /// Whether the bytes of `part` stand somewhere in these, one after the other.
    ///
    /// Takes linear time whatever the bytes are (Knuth, Morris, Pratt: <https://doi.org/10.1137/0206024>).
    fileprivate func containsBytes(_ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        // borders[n]: of the first n + 1 bytes of `part`, how many at the end are the same as at the beginning.
        var borders = [Int](repeating: 0, count: part.count)
        var matched = 0
        for index in part.indices.dropFirst() {
            while matched > 0, part[index] != part[matched] { matched = borders[matched - 1] }
            if part[index] == part[matched] { matched += 1 }
            borders[index] = matched
        }
        matched = 0
        for byte in self {
            while matched > 0, byte != part[matched] { matched = borders[matched - 1] }
            if byte == part[matched] { matched += 1 }
            if matched == part.count { return true }
        }
        return false
    }
}
