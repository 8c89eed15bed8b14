internal import RegionKitCore

extension ExpressionCompiler {
    /// An update; nil when it has no action, which DynamoDB says by leaving the expression out.
    mutating func update(_ update: Update) throws(ValidationError) -> String? {
        var (set, remove, add, delete): ([String], [String], [String], [String]) = ([], [], [], [])
        for action in update.actions {
            switch action {
            case .set(let path, let expression):
                let place = self.path(path)
                set.append("\(place) = \(try self.text(expression, depth: 1))")
            case .remove(let path): remove.append(self.path(path))
            case .add(let path, let value): add.append("\(self.path(path)) \(self.placeholder(value))")
            case .delete(let path, let value): delete.append("\(self.path(path)) \(self.placeholder(value))")
            }
        }
        let clauses = [("SET", set), ("REMOVE", remove), ("ADD", add), ("DELETE", delete)].compactMap {
            keyword,
            parts in
            parts.isEmpty ? nil : "\(keyword) \(parts.joined(separator: ", "))"
        }
        return clauses.isEmpty ? nil : try Self.bounded(clauses.joined(separator: " "))
    }

    private mutating func text(_ expression: Update.Expression, depth: Int) throws(ValidationError) -> String {
        guard depth <= ItemLimits.operators else {
            throw ValidationError("The update nests deeper than the \(ItemLimits.operators) operators allowed.")
        }
        switch expression {
        case .value(let value): return self.placeholder(value)
        case .path(let path): return self.path(path)
        case .ifNotExists(let path, let other):
            let place = self.path(path)
            return "if_not_exists(\(place), \(try self.text(other, depth: depth + 1)))"
        case .plus(let lhs, let rhs):
            let lhs = try self.text(lhs, depth: depth + 1)
            return "\(lhs) + \(try self.text(rhs, depth: depth + 1))"
        case .minus(let lhs, let rhs):
            let lhs = try self.text(lhs, depth: depth + 1)
            return "\(lhs) - \(try self.text(rhs, depth: depth + 1))"
        case .listAppend(let lhs, let rhs):
            let lhs = try self.text(lhs, depth: depth + 1)
            return "list_append(\(lhs), \(try self.text(rhs, depth: depth + 1)))"
        }
    }
}
