import RegionKitCore
import Testing

@testable import BackendDynamo

struct ConditionTextTests {
    @Test(arguments: 1...2000 as ClosedRange<UInt64>)
    func `a condition is read back as it was`(seed: UInt64) throws {
        var random = RandomCondition(seed: seed)
        let condition = random.condition()
        var compiler = ExpressionCompiler()
        // Beyond 4 KB there is no text to read; another test looks at that.
        guard let text = try? compiler.condition(condition) else { return }
        let names = compiler.names.enumerated().map { ("#\($0.offset)", $0.element) }
        let values = compiler.values.enumerated().map { (":\($0.offset)", $0.element) }
        let read = try Condition(
            expression: text,
            names: Dictionary(uniqueKeysWithValues: names),
            values: Dictionary(uniqueKeysWithValues: values)
        )
        #expect(read == condition)
        #expect(Set(compiler.names).count == compiler.names.count, "a name has two placeholders")
        #expect(text.utf8.allSatisfy { $0 < 0x80 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
    }

    @Test(
        arguments: [
            (attribute("a") == 1, "#0 = :0"),
            (attribute("a") != 1, "#0 <> :0"),
            (attribute("a") < 1, "#0 < :0"),
            (attribute("a") <= 1, "#0 <= :0"),
            (attribute("a") > 1, "#0 > :0"),
            (attribute("a") >= 1, "#0 >= :0"),
            (attribute("a").between(1, 2), "#0 BETWEEN :0 AND :1"),
            (attribute("a").isIn([1, 2, 3]), "#0 IN (:0, :1, :2)"),
            (attribute("a").exists, "attribute_exists(#0)"),
            (!attribute("a").exists, "attribute_not_exists(#0)"),
            (attribute("a").hasType(.list), "attribute_type(#0, :0)"),
            (attribute("a").beginsWith("x"), "begins_with(#0, :0)"),
            (attribute("a").contains("x"), "contains(#0, :0)"),
            (attribute("a").size > 3, "size(#0) > :0"),
            (attribute(AttributePath("a").key("b").index(3).key("a")).exists, "attribute_exists(#0.#1[3].#0)"),
            (attribute("a.b[3]").exists, "attribute_exists(#0)"),
            (
                attribute("a").exists && attribute("b").exists || attribute("c").exists,
                "attribute_exists(#0) AND attribute_exists(#1) OR attribute_exists(#2)"
            ),
            (
                attribute("a").exists && (attribute("b").exists || attribute("c").exists),
                "attribute_exists(#0) AND (attribute_exists(#1) OR attribute_exists(#2))"
            ),
            (
                attribute("a").exists && (attribute("b").exists && attribute("c").exists),
                "attribute_exists(#0) AND (attribute_exists(#1) AND attribute_exists(#2))"
            ),
            (!(attribute("a") == 1), "NOT #0 = :0"),
            (!(attribute("a") == 1 || attribute("a") == 2), "NOT (#0 = :0 OR #0 = :1)"),
            (!(!(attribute("a") == 1)), "NOT NOT #0 = :0"),
            (!(!attribute("a").exists), "NOT attribute_not_exists(#0)"),
        ] as [(Condition, String)]
    )
    func `a condition has the text`(condition: Condition, text: String) throws {
        var compiler = ExpressionCompiler()
        let compiled = try compiler.condition(condition)
        #expect(compiled == text)
    }

    @Test func `names that only look alike are two names`() throws {
        var compiler = ExpressionCompiler()
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        let text = try compiler.condition(
            attribute(AttributePath(composed)).exists && attribute(AttributePath(decomposed)).exists
                && attribute(AttributePath(composed)).exists
        )
        #expect(text == "attribute_exists(#0) AND attribute_exists(#1) AND attribute_exists(#0)")
        #expect(compiler.names.map { Array($0.utf8) } == [Array(composed.utf8), Array(decomposed.utf8)])
    }

    @Test func `a condition that is too deep or too long is refused`() {
        let deep = (0..<5_000).reduce(attribute("a").exists) { condition, _ in .not(condition) }
        let wide = (0..<299).reduce(attribute("a").exists) { condition, _ in condition || attribute("a").exists }
        for condition in [deep, wide] {
            #expect(throws: ValidationError.self) {
                var compiler = ExpressionCompiler()
                _ = try compiler.condition(condition)
            }
        }
    }
}
