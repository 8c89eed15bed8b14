import RegionKitCore
import Testing

struct ConditionExpressionTests {
    private static let a = attribute("a")
    private static let b = attribute("b")
    private static let c = attribute("c")
    private static let path = AttributePath("a").key("b").index(2).key("c")
    private static let names = ["#n": "x.y", "#and": "and", "#2": "two words", "#_": "é"]
    private static let values: [String: AttributeValue] = [
        ":v": 5, ":w": 7, ":s": "text", ":t": "SS", ":b": .binary([1]), ":l": [1], ":1": true, ":_x": .null,
    ]

    /// Reads an expression with those of the names and values that it speaks of.
    private func condition(_ expression: String) throws(ConditionExpressionError) -> Condition {
        try Condition(
            expression: expression,
            names: Self.names.filter { expression.contains($0.key) },
            values: Self.values.filter { expression.contains($0.key) }
        )
    }

    @Test(
        arguments: [
            ("a = :v", a == 5), ("a <> :v", a != 5), ("a < :v", a < 5), ("a <= :v", a <= 5), ("a > :v", a > 5),
            ("a >= :v", a >= 5), ("a=:v", a == 5), ("a<>:v", a != 5), (" \n\ta\r\n=\r :v ", a == 5),
            (":v = a", .compare(.value(5), .equal, .path("a"))), ("a < b", .compare(.path("a"), .less, .path("b"))),
            (":v < :w", .compare(.value(5), .less, .value(7))),
            ("a = :1 OR a = :_x", a == true || a == .null), ("a = :l", a == [1]),
            ("a BETWEEN :v AND :w", a.between(5, 7)), ("a between :v and :w", a.between(5, 7)),
            ("a bEtWeEn b aNd c", .between(.path("a"), .path("b"), .path("c"))),
            ("size(a) BETWEEN :v AND size(b)", .between(.size("a"), .value(5), .size("b"))),
            ("a IN (:v)", a.isIn([5])), ("a in(:v,:s , :w)", a.isIn([5, "text", 7])),
            ("size(a) IN (b, :v)", .isIn(.size("a"), [.path("b"), .value(5)])),
            ("attribute_exists(a)", a.exists), ("attribute_exists ( a )", a.exists),
            ("attribute_not_exists(a)", !a.exists), ("attribute_type(a, :t)", a.hasType(.stringSet)),
            ("begins_with(a, :s)", a.beginsWith("text")), ("begins_with(a,:b)", a.beginsWith(.binary([1]))),
            ("begins_with(a, b)", .beginsWith("a", .path("b"))), ("contains(a, :v)", a.contains(5)),
            ("contains(a, b)", .contains("a", .path("b"))), ("contains(a, size(b))", .contains("a", .size("b"))),
            ("size(a) > :v", a.size > 5), ("size(a) = size(b)", .compare(.size("a"), .equal, .size("b"))),
            ("a = size(b)", .compare(.path("a"), .equal, .size("b"))),
            ("a.b[2].c = :v", attribute(path) == 5), ("a . b [ 2 ] . c = :v", attribute(path) == 5),
            ("a[0][10] = :v", attribute(AttributePath("a").index(0).index(10)) == 5),
            ("a[007] = :v", attribute(AttributePath("a").index(7)) == 5),
            ("#n = :v", attribute("x.y") == 5), ("#and = :v", attribute("and") == 5),
            ("#2 = :v", attribute("two words") == 5), ("#_ = :v", attribute("é") == 5),
            ("#n.#n[1].b = :v", attribute(AttributePath("x.y").key("x.y").index(1).key("b")) == 5),
            ("a.#and = :v", attribute(AttributePath("a").key("and")) == 5),
            ("size(#n) = :v", attribute("x.y").size == 5), ("attribute_exists(#n.a)", .exists(.init("x.y").key("a"))),
            ("size = :v", attribute("size") == 5), ("contains = :v", attribute("contains") == 5),
            ("status = :v", attribute("status") == 5), ("_id = :v", attribute("_id") == 5),
            ("order.nothing = :v", attribute(AttributePath("order").key("nothing")) == 5),
            ("A = :v", attribute("A") == 5), ("a1_b = :v", attribute("a1_b") == 5),
        ] as [(String, Condition)]
    )
    func `an expression means what it says`(expression: String, expected: Condition) throws {
        #expect(try self.condition(expression) == expected)
    }

    @Test(
        arguments: [
            ("a = :v AND b = :v", a == 5 && b == 5), ("a = :v OR b = :v", a == 5 || b == 5),
            ("a=:v and b=:v Or c=:v", a == 5 && b == 5 || c == 5),
            ("a = :v OR b = :v AND c = :v", a == 5 || (b == 5 && c == 5)),
            ("(a = :v OR b = :v) AND c = :v", (a == 5 || b == 5) && c == 5),
            ("a = :v AND b = :v AND c = :v", (a == 5 && b == 5) && c == 5),
            ("a = :v OR b = :v OR c = :v", (a == 5 || b == 5) || c == 5),
            ("a = :v AND (b = :v AND c = :v)", a == 5 && (b == 5 && c == 5)),
            ("NOT a = :v", !(a == 5)), ("NOT(a = :v)", !(a == 5)), ("not NOT a = :v", !(!(a == 5))),
            ("NOT a = :v AND b = :v", !(a == 5) && b == 5), ("NOT a = :v OR b = :v", !(a == 5) || b == 5),
            ("NOT (a = :v AND b = :v)", !(a == 5 && b == 5)), ("a = :v AND NOT b = :v", a == 5 && !(b == 5)),
            ("NOT a BETWEEN :v AND :w AND b = :v", !a.between(5, 7) && b == 5),
            ("a BETWEEN :v AND :w AND b BETWEEN :v AND :w OR c = :v", a.between(5, 7) && b.between(5, 7) || c == 5),
            ("NOT a IN (:v) AND NOT attribute_exists(b)", !a.isIn([5]) && !b.exists),
            ("((a = :v))", a == 5), ("((a = :v) AND (b = :v))", a == 5 && b == 5),
        ] as [(String, Condition)]
    )
    func `NOT binds before AND, AND before OR, and parentheses decide`(expression: String, expected: Condition) throws {
        #expect(try self.condition(expression) == expected)
    }

    @Test(
        arguments: [
            ("a = :v AND b.c[1] = :s", true), ("a = :w OR b.c[1] = :s AND a = :w", false), ("NOT a > :v", true),
            ("a BETWEEN :v AND :w AND attribute_type(d, :t)", true), ("size(d) = e", true),
            ("attribute_not_exists(missing) AND missing <> :v", true), ("begins_with(f, :s)", true),
            ("contains(b.c, :s) AND NOT contains(b.c, :w)", true), ("#n IN (:v, :s)", true), ("x = :v", false),
        ]
    )
    func `an expression holds for the items it speaks of`(expression: String, holds: Bool) throws {
        let item: Item = [
            "a": 5, "b": ["c": [1, "text"]], "d": .stringSet(["p", "q"]), "e": 2, "f": "textual", "x.y": "text",
        ]
        #expect(try self.condition(expression).holds(for: item) == holds)
    }

    @Test(
        arguments: [
            ("", 0, "Expected an attribute, :value or function; found the end."),
            ("  ", 2, "Expected an attribute, :value or function; found the end."),
            ("a", 1, "Expected a comparison (=, <>, <, <=, >, >=, BETWEEN or IN); found the end."),
            ("size(a)", 7, "Expected a comparison (=, <>, <, <=, >, >=, BETWEEN or IN); found the end."),
            ("a LIKE :v", 2, "Expected a comparison (=, <>, <, <=, >, >=, BETWEEN or IN); found \"LIKE\"."),
            ("a NOT IN (:v)", 2, "Expected a comparison (=, <>, <, <=, >, >=, BETWEEN or IN); found the keyword NOT."),
            ("(a) = :v", 2, "Expected a comparison (=, <>, <, <=, >, >=, BETWEEN or IN); found \")\"."),
            ("a =", 3, "Expected an attribute, :value or function; found the end."),
            ("a == :v", 3, "Expected an attribute, :value or function; found \"=\"."),
            ("a = 5", 4, "Expected an attribute, :value or function; found \"5\"."),
            ("a = :v AND", 10, "Expected an attribute, :value or function; found the end."),
            (
                "and = :v", 0,
                "Expected an attribute, :value or function; found the keyword AND. "
                    + "An attribute of that name is given as #name."
            ),
            ("a.In = :v", 2, "Expected a name; found the keyword IN. An attribute of that name is given as #name."),
            ("a. = :v", 3, "Expected a name; found \"=\"."), ("a.5 = :v", 2, "Expected a name; found \"5\"."),
            ("a.:v = b", 2, "Expected a name; found \":v\"."),
            ("a = :v b = :w", 7, "Expected AND, OR or the end; found \"b\"."),
            ("a = :v)", 6, "Expected AND, OR or the end; found \")\"."),
            ("a = b = c", 6, "Expected AND, OR or the end; found \"=\"."),
            ("a = :v[0]", 6, "Expected AND, OR or the end; found \"[\"."),
            ("(a = :v", 7, "Expected \")\"; found the end."), ("(a = :v,", 7, "Expected \")\"; found \",\"."),
            ("a BETWEEN :v", 12, "Expected \"AND\"; found the end."),
            ("a BETWEEN :v, :w", 12, "Expected \"AND\"; found \",\"."),
            ("a IN :v", 5, "Expected \"(\"; found \":v\"."),
            ("a IN ()", 6, "Expected an attribute, :value or function; found \")\"."),
            ("a IN (:v,)", 9, "Expected an attribute, :value or function; found \")\"."),
            ("a IN (:v :w)", 9, "Expected \")\"; found \":w\"."),
            ("a[] = :v", 2, "Expected a list position from 0 to 9223372036854775807; found \"]\"."),
            ("a[b] = :v", 2, "Expected a list position from 0 to 9223372036854775807; found \"b\"."),
            (
                "a[9223372036854775808] = :v", 2,
                "Expected a list position from 0 to 9223372036854775807; found \"9223372036854775808\"."
            ),
            ("a[1 = :v", 4, "Expected \"]\"; found \"=\"."),
            ("a = # ", 4, "A letter, digit or underscore must follow \"#\"."),
            ("a = :-", 4, "A letter, digit or underscore must follow \":\"."),
            ("2a = :v", 0, "\"2a\" begins with a digit; such a name is given as #name."),
            ("a-b = :v", 1, "Unexpected character \"-\"; a name or value that holds it is given as #name or :value."),
            ("a = 'x'", 4, "Unexpected character \"'\"; a name or value that holds it is given as #name or :value."),
            ("a != :v", 2, "Unexpected character \"!\"; a name or value that holds it is given as #name or :value."),
            ("é = :v", 0, "Unexpected character U+00E9; a name or value that holds it is given as #name or :value."),
            (
                "e\u{301}x = :v", 0,
                "Unexpected character U+0065 U+0301; a name or value that holds it is given as #name or :value."
            ),
            (
                "a =\u{A0}:v", 3,
                "Unexpected character U+00A0; a name or value that holds it is given as #name or :value."
            ),
            (
                "\u{212A} = :v", 0,
                "Unexpected character U+212A; a name or value that holds it is given as #name or :value."
            ),
            (
                "a = :v\r\n AND \0", 12,
                "Unexpected character U+0000; a name or value that holds it is given as #name or :value."
            ),
            ("a = :none", 4, "\":none\" is missing from values."),
            ("a.#none = b", 2, "\"#none\" is missing from names."),
            (
                "Size(a) = :v", 0,
                "Unknown function \"Size\"; known are attribute_exists, attribute_not_exists, attribute_type, "
                    + "begins_with, contains, size."
            ),
            ("attribute_exists()", 17, "Expected an attribute; found \")\"."),
            ("attribute_exists(", 17, "Expected an attribute; found the end."),
            ("attribute_exists(a, b)", 18, "Expected \")\", as attribute_exists has 1 argument; found \",\"."),
            ("a = size(a, b)", 10, "Expected \")\", as size has 1 argument; found \",\"."),
            ("begins_with(a)", 13, "Expected \",\", as begins_with has 2 arguments; found \")\"."),
            ("contains(a, b, :v)", 13, "Expected \")\", as contains has 2 arguments; found \",\"."),
            ("contains(a, b", 13, "Expected \")\", as contains has 2 arguments; found the end."),
            ("attribute_exists(:v)", 17, "The first argument of attribute_exists must be an attribute."),
            ("begins_with(:s, a)", 12, "The first argument of begins_with must be an attribute."),
            ("contains(:l, a)", 9, "The first argument of contains must be an attribute."),
            ("size(size(a)) = :v", 9, "Expected \")\", as size has 1 argument; found \"(\"."),
            ("attribute_exists(a) = :v", 20, "Expected AND, OR or the end; found \"=\"."),
            ("a = contains(b, :v)", 4, "contains is a condition; it cannot be compared or passed on."),
            (
                "attribute_type(a, b)", 18,
                "The type must be a :value, an S with one of S, N, B, BOOL, NULL, L, M, SS, NS, BS."
            ),
            (
                "attribute_type(a,  :s)", 19,
                "The type must be a :value, an S with one of S, N, B, BOOL, NULL, L, M, SS, NS, BS."
            ),
            (
                "attribute_type(a, :v)", 18,
                "The type must be a :value, an S with one of S, N, B, BOOL, NULL, L, M, SS, NS, BS."
            ),
            (
                "b = :v AND a BETWEEN :v AND :s", 11,
                "The bounds of a between are of types N and S; they must be of one type and the upper one not below "
                    + "the lower."
            ),
            (
                "a BETWEEN :w AND :v", 0,
                "The bounds of a between are of types N and N; they must be of one type and the upper one not below "
                    + "the lower."
            ),
            ("NOT a < :l", 4, "A value of type L is put in order; only S, N and B have one."),
            ("NOT begins_with(a, :v)", 4, "A prefix is of type N; S and B are allowed."),
        ] as [(String, Int, String)]
    )
    func `a wrong expression is refused with the place and the cause`(
        expression: String,
        position: Int,
        message: String
    )
        throws
    {
        let error = #expect(throws: ConditionExpressionError.self) { try self.condition(expression) }
        #expect(error == ConditionExpressionError(message, at: position))
        #expect(error?.description == "Invalid condition expression at character \(position + 1): \(message)")
    }

    @Test(
        arguments: [
            (["#n": "n", "#m": "m"], [":v": 1], "\"#m\" of names is not used; remove it."),
            (
                ["#n": "n"], [":v": 1, ":": 2],
                "values has the key \":\"; a key is \":\" and then letters, digits or underscores."
            ),
            (["#n": "n"], [":v": 1, ":w": "secret"], "\":w\" of values is not used; remove it."),
            (["n": "n"], [":v": 1], "names has the key \"n\"; a key is \"#\" and then letters, digits or underscores."),
            (
                ["#n": "n"], ["v": 1],
                "values has the key \"v\"; a key is \":\" and then letters, digits or underscores."
            ),
            (
                ["#n": "n", "#a-b": "m"], [":v": 1],
                "names has the key \"#a-b\"; a key is \"#\" and then letters, digits or underscores."
            ),
            (
                ["#n": "n", ":x": "m"], [":v": 1],
                "names has the key \":x\"; a key is \"#\" and then letters, digits or underscores."
            ),
        ] as [([String: String], [String: AttributeValue], String)]
    )
    func `names and values that are not used or not well formed are refused`(
        names: [String: String],
        values: [String: AttributeValue],
        message: String
    ) {
        let error = #expect(throws: ConditionExpressionError.self) {
            try Condition(expression: "#n = :v", names: names, values: values)
        }
        #expect(error == ConditionExpressionError(message))
        #expect(error?.description == "Invalid condition expression: \(message)")
        #expect(error?.pointer(in: "#n = :v") == nil)
    }

    @Test
    func `a name and a value that no item may have are refused`() {
        #expect(throws: ConditionExpressionError("An attribute's name has 0 bytes; 1 to 65535 are allowed.", at: 0)) {
            try Condition(expression: "#n = :v", names: ["#n": ""], values: [":v": 1])
        }
        #expect(throws: ConditionExpressionError("A set of type SS is empty; a set needs a member.", at: 0)) {
            try Condition(expression: "a = :v", values: [":v": .stringSet([])])
        }
    }

    @Test
    func `a value is never part of an error`() {
        let secret: AttributeValue = "secret"
        for expression in [
            "a BETWEEN :v AND :n", "attribute_type(a, :v)", "a = :v b", "begins_with(:v, a)", "size(:v) = a", "a = :w",
        ] {
            let error = #expect(throws: ConditionExpressionError.self) {
                try Condition(expression: expression, values: [":v": secret, ":n": 1])
            }
            #expect(error?.description.contains("secret") == false)
        }
    }

    @Test(
        arguments: [
            ("a = = :v", "a = = :v\n    ^"), ("a =", "a =\n   ^"), ("", "\n^"),
            ("a = :v\nAND\tb ! c\nOR d = :v", "AND\tb ! c\n   \t  ^"), ("a = :v\r\n AND !", " AND !\n     ^"),
        ]
    )
    func `an error points at the character`(expression: String, pointer: String) {
        let error = #expect(throws: ConditionExpressionError.self) { try self.condition(expression) }
        #expect(error?.pointer(in: expression) == pointer)
        #expect(ConditionExpressionError("", at: -1).pointer(in: expression) == nil)
        #expect(ConditionExpressionError("", at: 99).pointer(in: expression) == nil)
    }

    @Test
    func `the text, the operators and the operands of IN have DynamoDB's limits`() throws {
        let padded = String(repeating: " ", count: ItemLimits.expressionSize - 3) + "a=b"
        #expect(try self.condition(padded) == .compare(.path("a"), .equal, .path("b")))
        #expect(throws: ConditionExpressionError("The expression has 4097 bytes; 4096 are allowed.")) {
            try self.condition(padded + " ")
        }
        // 150 comparisons and the 149 ANDs between them.
        let chain = [String](repeating: "a=b", count: 150).joined(separator: " AND ")
        #expect(try self.condition(chain).holds(for: ["a": 1, "b": 1]))
        #expect(throws: ConditionExpressionError("The expression has more than the 300 operators allowed.")) {
            try self.condition(chain + " AND a=b")
        }
        let longest = [String](repeating: "a=b", count: 585).joined(separator: " OR ")
        #expect(throws: ConditionExpressionError("The expression has more than the 300 operators allowed.")) {
            try self.condition(longest)
        }
        let choices = [String](repeating: "b", count: 100).joined(separator: ",")
        #expect(try self.condition("a IN (\(choices))").holds(for: ["a": 1, "b": 1]))
        #expect(
            throws: ConditionExpressionError("An operand is looked for in 101 others; 1 to 100 are allowed.", at: 0)
        ) {
            try self.condition("a IN (\(choices),b)")
        }
    }

    @Test
    func `security 6 an expression that nests too deep is refused, not followed`() throws {
        let tooDeep = "Parentheses and NOT nest deeper than the 300 levels allowed."
        for (opening, closing) in [("(", ")"), ("NOT ", "")] {
            func nested(_ depth: Int) -> String {
                String(repeating: opening, count: depth) + "a=b" + String(repeating: closing, count: depth)
            }
            #expect(throws: ConditionExpressionError(tooDeep, at: 300 * opening.count)) {
                try self.condition(nested(301))
            }
            #expect(throws: ConditionExpressionError.self) { try self.condition(nested(100_000)) }
        }
        let parentheses = String(repeating: "(", count: 300) + "a=b" + String(repeating: ")", count: 300)
        #expect(try self.condition(parentheses) == .compare(.path("a"), .equal, .path("b")))
        let negations = String(repeating: "NOT ", count: 298) + "a=b"
        #expect(try self.condition(negations).holds(for: ["a": 1, "b": 1]))
    }
}
