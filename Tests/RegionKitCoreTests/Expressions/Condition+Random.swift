import RegionKitCore

extension Condition {
    /// Any condition that an expression can say.
    static func random(depth: Int = 4, using generator: inout SeededGenerator) -> Condition {
        let path = AttributePath.random(using: &generator)
        func operand() -> Operand { .random(using: &generator) }
        switch Int.random(in: 0..<(depth > 0 ? 12 : 6), using: &generator) {
        case 0: return .compare(operand(), Comparison.allCases.randomElement(using: &generator) ?? .equal, operand())
        case 1: return .between(operand(), .path(path), operand())
        case 2: return .isIn(operand(), (0..<Int.random(in: 1...3, using: &generator)).map { _ in operand() })
        case 3: return .exists(path)
        case 4: return .hasType(path, AttributeValue.Kind.allCases.randomElement(using: &generator) ?? .string)
        case 5: return Bool.random(using: &generator) ? .contains(path, operand()) : .beginsWith(path, .path("p"))
        case 6, 7: return .and(random(depth: depth - 1, using: &generator), random(depth: depth - 1, using: &generator))
        case 8, 9: return .or(random(depth: depth - 1, using: &generator), random(depth: depth - 1, using: &generator))
        default: return .not(random(depth: depth - 1, using: &generator))
        }
    }
}

extension Condition.Operand {
    fileprivate static func random(using generator: inout SeededGenerator) -> Self {
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: .path(.random(using: &generator))
        case 1: .size(.random(using: &generator))
        // Of one type and equal, so that they may bound each other.
        default: .value("s3cret")
        }
    }
}

extension AttributePath {
    fileprivate static func random(using generator: inout SeededGenerator) -> AttributePath {
        let names = ["a", "size", "b_2", "_c", "and", "x.y", "é", "status"]
        func name() -> String { names.randomElement(using: &generator) ?? "a" }
        return (0..<Int.random(in: 0...2, using: &generator)).reduce(into: AttributePath(name())) { path, _ in
            path.steps.append(
                Bool.random(using: &generator) ? .key(name()) : .index(.random(in: 0...9, using: &generator))
            )
        }
    }
}
