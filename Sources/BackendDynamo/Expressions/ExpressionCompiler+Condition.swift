internal import RegionKitCore

extension ExpressionCompiler {
    /// How tightly the text around a condition binds: what binds less needs parentheses.
    private enum Binding: Int {
        case or, and, not
    }

    /// A condition or filter, with no parentheses but those it needs: DynamoDB refuses redundant ones.
    mutating func condition(_ condition: Condition) throws(ValidationError) -> String {
        try Self.bounded(try self.text(condition, within: .or, depth: 1))
    }

    private mutating func text(
        _ condition: Condition,
        within binding: Binding,
        depth: Int
    ) throws(ValidationError) -> String {
        guard depth <= ItemLimits.operators else {
            throw ValidationError("The condition nests deeper than the \(ItemLimits.operators) operators allowed.")
        }
        switch condition {
        case .compare(let lhs, let comparison, let rhs):
            return "\(self.text(lhs)) \(comparison.rawValue) \(self.text(rhs))"
        case .between(let operand, let lower, let upper):
            return "\(self.text(operand)) BETWEEN \(self.text(lower)) AND \(self.text(upper))"
        case .isIn(let operand, let choices):
            let operand = self.text(operand)
            return "\(operand) IN (\(choices.map { self.text($0) }.joined(separator: ", ")))"
        case .exists(let path): return "attribute_exists(\(self.path(path)))"
        case .not(.exists(let path)): return "attribute_not_exists(\(self.path(path)))"
        case .hasType(let path, let kind):
            return "attribute_type(\(self.path(path)), \(self.placeholder(.string(kind.rawValue))))"
        case .beginsWith(let path, let operand): return "begins_with(\(self.path(path)), \(self.text(operand)))"
        case .contains(let path, let operand): return "contains(\(self.path(path)), \(self.text(operand)))"
        case .not(let operand):
            return "NOT \(try self.text(operand, within: .not, depth: depth + 1))"
        case .and(let lhs, let rhs):
            // Operators of one kind are read from the left, so the right one needs the parentheses.
            let lhs = try self.text(lhs, within: .and, depth: depth + 1)
            let text = "\(lhs) AND \(try self.text(rhs, within: .not, depth: depth + 1))"
            return binding == .not ? "(\(text))" : text
        case .or(let lhs, let rhs):
            let lhs = try self.text(lhs, within: .or, depth: depth + 1)
            let text = "\(lhs) OR \(try self.text(rhs, within: .and, depth: depth + 1))"
            return binding == .or ? text : "(\(text))"
        }
    }

    private mutating func text(_ operand: Condition.Operand) -> String {
        switch operand {
        case .path(let path): self.path(path)
        case .value(let value): self.placeholder(value)
        case .size(let path): "size(\(self.path(path)))"
        }
    }
}
