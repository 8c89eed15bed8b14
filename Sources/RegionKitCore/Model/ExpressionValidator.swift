/// Checks conditions and updates against the rules that hold before an item is seen, counting what they are made of.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
struct ExpressionValidator {
    private var operators = 0
    private let excluded: [String]

    private init(excluded: [String] = []) {
        self.excluded = excluded
    }

    /// Checks a condition, which may not speak of the attributes in `excluded`.
    static func validate(_ condition: Condition, without excluded: [String] = []) throws(ValidationError) {
        var validator = ExpressionValidator(excluded: excluded)
        try validator.check(condition)
    }

    /// Checks an update of an item of the table.
    static func validate(_ update: Update, for schema: TableSchema) throws(ValidationError) {
        var validator = ExpressionValidator()
        let keys = [schema.partitionKey.name, schema.sortKey?.name]
        for action in update.actions {
            try validator.check(action)
            guard !keys.contains(action.path.attribute) else {
                throw ValidationError(
                    "The update changes \(action.path.attribute.quoted), a key attribute; keys cannot be changed."
                )
            }
        }
        for (position, action) in update.actions.enumerated() {
            for other in update.actions[..<position] where action.path.overlaps(other.path) {
                throw ValidationError(
                    "The update changes \(other.path.description.quoted) and \(action.path.description.quoted), "
                        + "which overlap; a place may be changed once."
                )
            }
        }
    }

    private mutating func count() throws(ValidationError) {
        self.operators += 1
        guard self.operators <= ItemLimits.operators else {
            throw ValidationError("The expression has more than the \(ItemLimits.operators) operators allowed.")
        }
    }

    private mutating func check(_ condition: Condition) throws(ValidationError) {
        try self.count()
        switch condition {
        case .compare(let lhs, let comparison, let rhs):
            for operand in [lhs, rhs] {
                try self.check(operand)
                if comparison != .equal, comparison != .notEqual { try self.checkOrder(operand) }
            }
        case .between(let operand, let lower, let upper):
            for operand in [operand, lower, upper] {
                try self.check(operand)
                try self.checkOrder(operand)
            }
            guard case (.value(let lower), .value(let upper)) = (lower, upper) else { return }
            guard upper.precedes(lower) == false else {
                throw ValidationError(
                    "The bounds of a between are of types \(lower.kind.rawValue) and \(upper.kind.rawValue); they must "
                        + "be of one type and the upper one not below the lower."
                )
            }
        case .isIn(let operand, let choices):
            guard (1...ItemLimits.choices).contains(choices.count) else {
                throw ValidationError("An operand is looked for in \(choices.count) others; 1 to 100 are allowed.")
            }
            try self.check(operand)
            for choice in choices { try self.check(choice) }
        case .exists(let path), .hasType(let path, _):
            try self.check(path)
        case .beginsWith(let path, let prefix):
            try self.check(path)
            try self.check(prefix)
            guard case .value(let value) = prefix, value.kind != .string, value.kind != .binary else { return }
            throw ValidationError("A prefix is of type \(value.kind.rawValue); S and B are allowed.")
        case .contains(let path, let operand):
            try self.check(path)
            try self.check(operand)
        case .and(let lhs, let rhs), .or(let lhs, let rhs):
            try self.check(lhs)
            try self.check(rhs)
        case .not(let operand):
            try self.check(operand)
        }
    }

    private mutating func check(_ operand: Condition.Operand) throws(ValidationError) {
        switch operand {
        case .path(let path): try self.check(path)
        case .value(let value): try ItemLimits.validate(value)
        case .size(let path):
            try self.count()
            try self.check(path)
        }
    }

    private func checkOrder(_ operand: Condition.Operand) throws(ValidationError) {
        guard case .value(let value) = operand, value.precedes(value) == nil else { return }
        throw ValidationError("A value of type \(value.kind.rawValue) is put in order; only S, N and B have one.")
    }

    private func check(_ path: AttributePath) throws(ValidationError) {
        try ItemLimits.validate(name: path.attribute)
        guard !self.excluded.contains(path.attribute) else {
            throw ValidationError(
                "The filter speaks of the key attribute \(path.attribute.quoted); bound it in the query itself."
            )
        }
        guard path.steps.count <= ItemLimits.depth else {
            throw ValidationError("A path has \(path.steps.count) steps; \(ItemLimits.depth) are allowed.")
        }
        for step in path.steps {
            switch step {
            case .key(let name): try ItemLimits.validate(name: name)
            case .index(let position):
                guard position >= 0 else {
                    throw ValidationError("A list position is \(position); it must be at least 0.")
                }
            }
        }
    }

    private mutating func check(_ action: Update.Action) throws(ValidationError) {
        try self.count()
        try self.check(action.path)
        switch action {
        case .set(_, let expression): try self.check(expression, isOutermost: true)
        case .remove: break
        case .add(_, let value):
            try ItemLimits.validate(value)
            guard [.number, .stringSet, .numberSet, .binarySet].contains(value.kind) else {
                throw ValidationError("A value of type \(value.kind.rawValue) is added; N, SS, NS and BS are allowed.")
            }
        case .delete(_, let value):
            try ItemLimits.validate(value)
            guard [.stringSet, .numberSet, .binarySet].contains(value.kind) else {
                throw ValidationError("A value of type \(value.kind.rawValue) is deleted; SS, NS and BS are allowed.")
            }
        }
    }

    private mutating func check(_ expression: Update.Expression, isOutermost: Bool) throws(ValidationError) {
        switch expression {
        case .value(let value): try ItemLimits.validate(value)
        case .path(let path): try self.check(path)
        case .ifNotExists(let path, let other):
            try self.count()
            try self.check(path)
            try self.check(other, isOutermost: false)
        case .plus(let lhs, let rhs), .minus(let lhs, let rhs):
            try self.check([lhs, rhs], of: .number, areOutermost: isOutermost)
        case .listAppend(let lhs, let rhs):
            try self.check([lhs, rhs], of: .list, areOutermost: isOutermost)
        }
    }

    private mutating func check(
        _ operands: [Update.Expression],
        of kind: AttributeValue.Kind,
        areOutermost: Bool
    ) throws(ValidationError) {
        guard areOutermost else {
            throw ValidationError(
                "A sum, difference or list append stands inside another expression; DynamoDB allows none there."
            )
        }
        try self.count()
        for operand in operands {
            try self.check(operand, isOutermost: false)
            guard case .value(let value) = operand, value.kind != kind else { continue }
            throw ValidationError(
                "An operand in an update is of type \(value.kind.rawValue); \(kind.rawValue) is allowed there."
            )
        }
    }
}

extension Update.Action {
    /// The place that is changed.
    package var path: AttributePath {
        switch self {
        case .set(let path, _), .remove(let path), .add(let path, _), .delete(let path, _): path
        }
    }
}

extension AttributePath {
    /// Whether one place lies in the other, or both take the same value for a map and for a list.
    fileprivate func overlaps(_ other: AttributePath) -> Bool {
        guard self.attribute == other.attribute else { return false }
        for (mine, its) in zip(self.steps, other.steps) where mine != its {
            switch (mine, its) {
            case (.key, .key), (.index, .index): return false
            case (.key, .index), (.index, .key): return true
            }
        }
        return true
    }
}
