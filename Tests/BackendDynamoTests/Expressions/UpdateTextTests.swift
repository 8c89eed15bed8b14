import RegionKitCore
import Testing

@testable import BackendDynamo

struct UpdateTextTests {
    @Test(
        arguments: [
            (Update(), nil),
            (Update().set("a", 1), "SET #0 = :0"),
            (Update().set("a", 1).set("b", "x"), "SET #0 = :0, #1 = :1"),
            (Update().set("a", to: .path(AttributePath("b").index(0))), "SET #0 = #1[0]"),
            (Update().set("a", to: .plus(.path("a"), .value(1))), "SET #0 = #0 + :0"),
            (Update().set("a", to: .minus(.value(9), .path("b"))), "SET #0 = :0 - #1"),
            (
                Update().set("a", to: .plus(.ifNotExists("a", .value(0)), .value(1))),
                "SET #0 = if_not_exists(#0, :0) + :1"
            ),
            (
                Update().set("a", to: .ifNotExists("b", .ifNotExists("c", .value(0)))),
                "SET #0 = if_not_exists(#1, if_not_exists(#2, :0))"
            ),
            (Update().set("a", to: .listAppend(.path("a"), .value(["x"]))), "SET #0 = list_append(#0, :0)"),
            (Update().remove(AttributePath("a").key("b").index(2)).remove("c"), "REMOVE #0.#1[2], #2"),
            (Update().add("a", 1).add("b", .stringSet(["x"])), "ADD #0 :0, #1 :1"),
            (Update().delete("a", .numberSet([1])), "DELETE #0 :0"),
            (
                Update().delete("d", .stringSet(["x"])).add("c", 1).remove("b").set("a", 2).remove("e"),
                "SET #3 = :2 REMOVE #2, #4 ADD #1 :1 DELETE #0 :0"
            ),
        ] as [(Update, String?)]
    )
    func `an update has the text`(update: Update, text: String?) throws {
        var compiler = ExpressionCompiler()
        let compiled = try compiler.update(update)
        #expect(compiled == text)
    }

    @Test(
        arguments: [
            (nil, "#0 = :0"),
            (.equal(1), "#0 = :0 AND #1 = :1"),
            (.less(1), "#0 = :0 AND #1 < :1"),
            (.lessOrEqual(1), "#0 = :0 AND #1 <= :1"),
            (.greater(1), "#0 = :0 AND #1 > :1"),
            (.greaterOrEqual(1), "#0 = :0 AND #1 >= :1"),
            (.between(1, 2), "#0 = :0 AND #1 BETWEEN :1 AND :2"),
            (.beginsWith("x"), "#0 = :0 AND begins_with(#1, :1)"),
        ] as [(Query.SortCondition?, String)]
    )
    func `a query asks of the keys`(sort: Query.SortCondition?, text: String) {
        var compiler = ExpressionCompiler()
        let compiled = compiler.keyCondition(Query("p", sort: sort), "pk", "sk")
        #expect(compiled == text)
        #expect(compiler.values.first == "p")
    }

    @Test func `an update that is too deep is refused`() {
        let deep = (0..<5_000).reduce(Update.Expression.value(1)) { expression, _ in .ifNotExists("a", expression) }
        #expect(throws: ValidationError.self) {
            var compiler = ExpressionCompiler()
            _ = try compiler.update(Update().set("a", to: deep))
        }
    }
}
