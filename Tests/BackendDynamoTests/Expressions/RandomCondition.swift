import RegionKitCore
import RegionKitTesting

/// Makes conditions of every form; no two values are equal, so that none can stand for another.
struct RandomCondition {
    private var generator: SeededGenerator
    private var count = 0

    init(seed: UInt64) {
        self.generator = SeededGenerator(seed: seed)
    }

    mutating func condition(depth: Int = 5) -> Condition {
        switch self.number(0..<(depth > 0 ? 13 : 7)) {
        case 0:
            let comparisons = Condition.Comparison.allCases
            return .compare(self.operand(), comparisons[self.number(0..<comparisons.count)], self.operand())
        case 1: return .between(self.operand(), self.operand(), self.operand())
        case 2: return .isIn(self.operand(), (0...self.number(0..<3)).map { _ in self.operand() })
        case 3: return .exists(self.path())
        case 4:
            let kinds = AttributeValue.Kind.allCases
            return .hasType(self.path(), kinds[self.number(0..<kinds.count)])
        case 5: return .contains(self.path(), self.operand())
        case 6: return .beginsWith(self.path(), .value(.string("text \(self.next())")))
        case 7, 8: return .and(self.condition(depth: depth - 1), self.condition(depth: depth - 1))
        case 9, 10: return .or(self.condition(depth: depth - 1), self.condition(depth: depth - 1))
        default: return .not(self.condition(depth: depth - 1))
        }
    }

    private mutating func operand() -> Condition.Operand {
        switch self.number(0..<3) {
        case 0: .path(self.path())
        case 1: .size(self.path())
        // Growing, so that the later one may be an upper bound.
        default: .value(.number(Number(self.next())))
        }
    }

    private mutating func path() -> AttributePath {
        (0..<self.number(0..<4)).reduce(into: AttributePath(self.name())) { path, _ in
            path = self.number(0..<2) == 0 ? path.key(self.name()) : path.index(self.number(0..<100))
        }
    }

    private mutating func name() -> String {
        let names = ["a", "size", "AND", "status", "x.y", "é", "#0", ":0", "a b", "1", "\"", "b[0]", "語"]
        return names[self.number(0..<names.count)]
    }

    private mutating func next() -> Int {
        self.count += 1
        return self.count
    }

    private mutating func number(_ range: Range<Int>) -> Int {
        .random(in: range, using: &self.generator)
    }
}
