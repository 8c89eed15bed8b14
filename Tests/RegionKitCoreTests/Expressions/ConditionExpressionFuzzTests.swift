import RegionKitCore
import Testing

struct ConditionExpressionFuzzTests {
    private static let tokens = [
        "AND", "or", "NOT", "BETWEEN", "IN", "in", "a", "b.c", "size", "#n", "#m", "#", ":v", ":s", ":l", ":", "=",
        "<>",
        "<", "<=", ">", ">=", "(", ")", "(", ")", ",", ".", "[", "]", "[0]", "1", "99999999999999999999", "2x", " ",
        "\t",
        "\r\n", "attribute_exists", "attribute_not_exists(", "attribute_type(a,", "begins_with(a, ", "contains(b,",
        "size(a)", "size(", "!", "'", "é", "e\u{301}", "\u{301}", "👨‍👩‍👧", "\0", "a = :v", "a BETWEEN :v AND :v",
        "a IN (:v, :s)",
    ]
    private static let names = ["#n": "x.y", "#m": "and"]
    private static let values: [String: AttributeValue] = [":v": 1, ":s": "s3cret", ":l": ["s3cret"]]
    private static let schema = TableSchema(name: "table", partitionKey: "id")

    /// Reads a text; whatever it is, the answer is a condition that the limits allow or an error that fits the text.
    private func accepts(_ text: String, _ names: [String: String], _ values: [String: AttributeValue]) throws -> Bool {
        let condition: Condition
        do throws(ConditionExpressionError) {
            condition = try Condition(expression: text, names: names, values: values)
        } catch {
            let isWithin = error.position.map((0...text.count).contains) ?? true
            let isPointedAt = (error.pointer(in: text) != nil) == (error.position != nil)
            if !isWithin || !isPointedAt || error.description.contains("s3cret") {
                Issue.record("\(text.debugDescription): \(error)")
            }
            return false
        }
        try ItemLimits.validate(.scan(Scan(filter: condition)), for: Self.schema)
        _ = try condition.holds(for: ["a": 1, "b": ["c": "s3cret"], "x.y": [1, 2]])
        return true
    }

    @Test(arguments: 0..<4)
    func `any sequence of words and signs is a condition or an error within the text`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<20_000 {
            var text = ""
            for _ in 0..<Int.random(in: 1...12, using: &generator) {
                text += Self.tokens.randomElement(using: &generator) ?? ""
                if Int.random(in: 0..<4, using: &generator) > 0 { text += " " }
            }
            let names = Self.names.filter { text.contains($0.key) }
            if try self.accepts(text, names, Self.values.filter { text.contains($0.key) }) { accepted += 1 }
        }
        #expect(accepted > 50)
    }

    @Test(arguments: 0..<4)
    func `an expression with mistakes is a condition or an error within the text`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed + 10)
        var accepted = 0
        for _ in 0..<20_000 {
            var writer = ConditionWriter(seed: generator.next())
            var text = Array(writer.text(.random(depth: 2, using: &generator)))
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...text.count, using: &generator)
                let end = min(text.count, place + Int.random(in: 0...3, using: &generator))
                let other = Self.tokens.randomElement(using: &generator) ?? ""
                text.replaceSubrange(place..<end, with: Bool.random(using: &generator) ? Array(other) : [])
            }
            if try self.accepts(String(text), writer.names, writer.values) { accepted += 1 }
        }
        #expect(accepted > 1_000)
    }

    @Test(arguments: 0..<4)
    func `a condition is read as it was written`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed + 20)
        for _ in 0..<2_000 {
            let condition = Condition.random(using: &generator)
            var writer = ConditionWriter(seed: generator.next())
            let text = writer.text(condition)
            let read = try Condition(expression: text, names: writer.names, values: writer.values)
            try #require(read == condition, Comment(rawValue: text))
        }
    }
}
