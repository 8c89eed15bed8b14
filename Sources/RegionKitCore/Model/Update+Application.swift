extension Update {
    /// Whether the update makes an item where none is.
    ///
    /// As in DynamoDB, one that only removes and deletes does not; one without any action does.
    public var createsItem: Bool {
        self.actions.isEmpty
            || self.actions.contains { action in
                switch action {
                case .set, .add: true
                case .remove, .delete: false
                }
            }
    }

    /// The item as it is after the update.
    ///
    /// All right-hand sides and list positions are those of the item before it. Elements set beyond the end of a list
    /// are appended in the order of their positions. The update was validated; see ``ItemLimits``.
    ///
    /// - Parameters:
    ///   - item: The item before the update; nil when there is none (see ``createsItem``).
    ///   - key: The item's key.
    ///   - schema: The table's schema.
    /// - Throws: What only the item can show: an operand that is missing or of the wrong type, a place without a map
    ///   or list around it, a result beyond the limits.
    public func applied(
        to item: Item?,
        key: Key,
        schema: TableSchema
    ) throws(ValidationError) -> Item {
        let old = item ?? schema.attributes(of: key)
        var stored: [(path: AttributePath, value: AttributeValue)] = []
        var removed: [AttributePath] = []
        for action in self.actions {
            if let value = try action.result(in: old) {
                stored.append((action.path, value))
            } else if action.path.value(in: old) != nil {
                removed.append(action.path)
            } else if item != nil {
                try action.path.validateParent(in: old)
            }
        }
        var new = old
        for (path, value) in stored.sorted(by: { $0.path.precedes($1.path) }) { try path.store(value, in: &new) }
        // From the back, so that positions in front stay what they were.
        for path in removed.sorted(by: { $1.precedes($0) }) { try path.store(nil, in: &new) }
        try ItemLimits.validate(new, for: schema)
        return new
    }
}

extension Update.Action {
    /// What stands at the place afterwards; nil when it is empty.
    fileprivate func result(in item: Item) throws(ValidationError) -> AttributeValue? {
        switch self {
        case .set(_, let expression): return try expression.value(in: item)
        case .remove: return nil
        case .add(let path, let value):
            switch (path.value(in: item), value) {
            case (nil, _): return value
            case (.number(let old), .number(let number)): return .number(try old.adding(number))
            case (.stringSet(let old), .stringSet(let members)): return .stringSet(old.union(members))
            case (.numberSet(let old), .numberSet(let members)): return .numberSet(old.union(members))
            case (.binarySet(let old), .binarySet(let members)): return .binarySet(old.union(members))
            case (let old?, _): throw Self.mismatch(path, old, value)
            }
        case .delete(let path, let value):
            switch (path.value(in: item), value) {
            case (nil, _): return nil
            case (.stringSet(let old), .stringSet(let members)):
                let rest = old.subtracting(members)
                return rest.isEmpty ? nil : .stringSet(rest)
            case (.numberSet(let old), .numberSet(let members)):
                let rest = old.subtracting(members)
                return rest.isEmpty ? nil : .numberSet(rest)
            case (.binarySet(let old), .binarySet(let members)):
                let rest = old.subtracting(members)
                return rest.isEmpty ? nil : .binarySet(rest)
            case (let old?, _): throw Self.mismatch(path, old, value)
            }
        }
    }

    private static func mismatch(
        _ path: AttributePath,
        _ old: AttributeValue,
        _ value: AttributeValue
    ) -> ValidationError {
        ValidationError(
            "The update adds to or deletes from \(path.description.quoted) a value of type \(value.kind.rawValue), "
                + "but it is of type \(old.kind.rawValue)."
        )
    }
}

extension Update.Expression {
    fileprivate func value(in item: Item) throws(ValidationError) -> AttributeValue {
        switch self {
        case .value(let value): return value
        case .path(let path):
            guard let value = path.value(in: item) else {
                throw ValidationError("The update uses \(path.description.quoted), which is not in the item.")
            }
            return value
        case .ifNotExists(let path, let other):
            guard let value = path.value(in: item) else { return try other.value(in: item) }
            return value
        case .plus(let lhs, let rhs):
            return .number(try lhs.number(in: item).adding(try rhs.number(in: item)))
        case .minus(let lhs, let rhs):
            return .number(try lhs.number(in: item).subtracting(try rhs.number(in: item)))
        case .listAppend(let lhs, let rhs):
            return .list(try lhs.list(in: item) + rhs.list(in: item))
        }
    }

    private func number(in item: Item) throws(ValidationError) -> Number {
        let value = try self.value(in: item)
        guard let number = value.number else {
            throw ValidationError("An operand of a sum or difference is of type \(value.kind.rawValue); it must be N.")
        }
        return number
    }

    private func list(in item: Item) throws(ValidationError) -> [AttributeValue] {
        let value = try self.value(in: item)
        guard let list = value.list else {
            throw ValidationError("An operand of a list append is of type \(value.kind.rawValue); it must be L.")
        }
        return list
    }
}
