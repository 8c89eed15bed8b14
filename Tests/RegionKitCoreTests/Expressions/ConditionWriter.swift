import RegionKitCore

/// Writes conditions as expressions, with no more parentheses than are needed.
struct ConditionWriter {
    private(set) var names: [String: String] = [:]
    private(set) var values: [String: AttributeValue] = [:]
    private var generator: SeededGenerator

    /// The seed decides where keywords are in small letters and names are replaced.
    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    /// - Parameter binding: 0 where `OR` may stand, 1 where `AND` may, 2 where neither may.
    mutating func text(_ condition: Condition, binding: Int = 0) -> String {
        switch condition {
        case .compare(let lhs, let comparison, let rhs):
            "\(self.text(lhs)) \(comparison.rawValue) \(self.text(rhs))"
        case .between(let operand, let lower, let upper):
            "\(self.text(operand)) \(self.keyword("BETWEEN")) \(self.text(lower)) \(self.keyword("AND")) \(self.text(upper))"
        case .isIn(let operand, let choices):
            "\(self.text(operand)) \(self.keyword("IN")) (\(choices.map { self.text($0) }.joined(separator: ", ")))"
        case .exists(let path): "attribute_exists(\(self.text(path)))"
        case .hasType(let path, let kind): "attribute_type(\(self.text(path)), \(self.value(.string(kind.rawValue))))"
        case .beginsWith(let path, let operand): "begins_with(\(self.text(path)), \(self.text(operand)))"
        case .contains(let path, let operand): "contains(\(self.text(path)), \(self.text(operand)))"
        case .not(.exists(let path)): "attribute_not_exists(\(self.text(path)))"
        case .not(let operand): "\(self.keyword("NOT")) \(self.text(operand, binding: 2))"
        case .and(let lhs, let rhs):
            self.enclosed(
                "\(self.text(lhs, binding: 1)) \(self.keyword("AND")) \(self.text(rhs, binding: 2))",
                if: binding > 1
            )
        case .or(let lhs, let rhs):
            self.enclosed(
                "\(self.text(lhs)) \(self.keyword("OR")) \(self.text(rhs, binding: 1))",
                if: binding > 0
            )
        }
    }

    private mutating func text(_ operand: Condition.Operand) -> String {
        switch operand {
        case .path(let path): self.text(path)
        case .size(let path): "size(\(self.text(path)))"
        case .value(let value): self.value(value)
        }
    }

    private mutating func text(_ path: AttributePath) -> String {
        path.steps.reduce(self.name(path.attribute)) { text, step in
            switch step {
            case .key(let name): "\(text).\(self.name(name))"
            case .index(let position): "\(text)[\(position)]"
            }
        }
    }

    private mutating func name(_ name: String) -> String {
        let isPlain = name != "and" && name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 >= 0x30 && $0 < 0x7F }
        if isPlain, Bool.random(using: &self.generator) { return name }
        let placeholder = "#n\(self.names.count)"
        self.names[placeholder] = name
        return placeholder
    }

    private mutating func value(_ value: AttributeValue) -> String {
        let placeholder = ":v\(self.values.count)"
        self.values[placeholder] = value
        return placeholder
    }

    private mutating func keyword(_ keyword: String) -> String {
        Bool.random(using: &self.generator) ? keyword : keyword.lowercased()
    }

    private func enclosed(_ text: String, if isNeeded: Bool) -> String { isNeeded ? "(\(text))" : text }
}
