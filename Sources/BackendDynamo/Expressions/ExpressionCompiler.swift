internal import RegionKitCore

/// Writes conditions and updates as DynamoDB's expressions, collecting the names and values they speak of.
///
/// Every name is replaced (`#0`, `#1`, …), whatever it is, so that no reserved word and no character matters; so is
/// every value (`:0`, `:1`, …). Several expressions of one request are compiled by one compiler.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>
struct ExpressionCompiler {
    /// The names, in the order of their placeholders.
    private(set) var names: [String] = []
    /// The values, in the order of their placeholders.
    private(set) var values: [AttributeValue] = []
    private var positions: [String: Int] = [:]

    /// The placeholder of a name.
    mutating func placeholder(_ name: String) -> String {
        let known = self.positions[name]
        // A dictionary takes canonically equivalent names for one; DynamoDB does not.
        if let known, self.names[known].hasSameBytes(as: name) { return "#\(known)" }
        if known == nil { self.positions[name] = self.names.count }
        self.names.append(name)
        return "#\(self.names.count - 1)"
    }

    /// The placeholder of a value.
    mutating func placeholder(_ value: AttributeValue) -> String {
        self.values.append(value)
        return ":\(self.values.count - 1)"
    }

    /// A place: `#0.#1[3]`.
    mutating func path(_ path: AttributePath) -> String {
        var text = self.placeholder(path.attribute)
        for step in path.steps {
            switch step {
            case .key(let name): text += ".\(self.placeholder(name))"
            case .index(let position): text += "[\(position)]"
            }
        }
        return text
    }

    /// An expression, unless it is longer than DynamoDB takes.
    static func bounded(_ text: String) throws(ValidationError) -> String {
        guard text.utf8.count <= ItemLimits.expressionSize else {
            throw ValidationError(
                "The expression has \(text.utf8.count) bytes; \(ItemLimits.expressionSize) are allowed."
            )
        }
        return text
    }
}
