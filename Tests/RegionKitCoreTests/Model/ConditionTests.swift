import RegionKitCore
import Testing

struct ConditionTests {
    private static let item: Item = [
        "s": "cat", "n": 2, "b": .binary([1, 2, 3]), "t": true, "z": .null, "l": [1, "x", ["y"]],
        "m": ["k": ["d": 5], "e": "v"],
        "ss": .stringSet(["a", "b"]), "ns": .numberSet([1, 2]), "bs": .binarySet([[1], [2]]), "w": "é𝄞",
        "n2": .number(Number("2.0") ?? 0),
        "p": "ca",
    ]
    private static let path = AttributePath("m").key("k").key("d")
    private static let missing = AttributePath("none")

    private func holds(_ condition: Condition, for item: Item? = Self.item) throws -> Bool {
        try condition.holds(for: item)
    }

    @Test(arguments: item.keys.sorted())
    func `every type equals itself and no value of another type`(name: String) throws {
        let value = try #require(Self.item[name])
        for (other, otherValue) in Self.item {
            let isEqual = value == otherValue
            #expect(isEqual == (name == other || ["n", "n2"].contains(name) && ["n", "n2"].contains(other)))
            #expect(try self.holds(attribute(AttributePath(name)) == otherValue) == isEqual)
            #expect(try self.holds(attribute(AttributePath(name)) != otherValue) == !isEqual)
            #expect(
                try self.holds(.compare(.path(AttributePath(name)), .equal, .path(AttributePath(other)))) == isEqual
            )
            #expect(try self.holds(attribute(AttributePath(name)).isIn([otherValue])) == isEqual)
        }
    }

    @Test(
        arguments: [
            ("s", "cas", "cau"), ("s", "ca", "cat "), ("s", "Z", "é"), ("n", 1, 3), ("n", -5, 10),
            ("n", .number(Number("1.99") ?? 0), .number(Number("2.01") ?? 0)),
            ("b", .binary([1, 2]), .binary([1, 2, 3, 0])), ("b", .binary([]), .binary([255])),
        ] as [(AttributePath, AttributeValue, AttributeValue)]
    )
    func `texts, numbers and bytes have an order`(path: AttributePath, lower: AttributeValue, upper: AttributeValue)
        throws
    {
        let (subject, value) = (attribute(path), try #require(Self.item[path.attribute]))
        for (bound, isLess) in [(lower, false), (value, false), (upper, true)] {
            let isEqual = bound == value
            #expect(try self.holds(subject < bound) == isLess)
            #expect(try self.holds(subject <= bound) == (isLess || isEqual))
            #expect(try self.holds(subject > bound) == !(isLess || isEqual))
            #expect(try self.holds(subject >= bound) == !isLess)
        }
        #expect(try self.holds(subject.between(lower, upper)))
        #expect(try self.holds(subject.between(value, value)))
        #expect(try !self.holds(subject.between(upper, upper)))
        #expect(try !self.holds(subject.between(lower, lower)))
    }

    @Test
    func `texts are compared by UTF-8, not by Unicode equivalence`() throws {
        let item: Item = ["a": "\u{E9}", "b": "\u{FF21}"]
        #expect(try !self.holds(attribute("a") == "e\u{301}", for: item))
        #expect(try self.holds(attribute("a") > "e\u{301}", for: item))
        #expect(try self.holds(attribute("b") < "\u{1D400}", for: item))
        #expect(try !self.holds(attribute("a").beginsWith("e"), for: ["a": "e\u{301}x"].mapValues { _ in "\u{E9}" }))
        #expect(try self.holds(attribute("a").beginsWith("e"), for: ["a": "e\u{301}"]))
        #expect(try self.holds(attribute("a").contains("e"), for: ["a": "xe\u{301}"]))
    }

    @Test(
        arguments: [
            (attribute("s") < 5, false), (attribute("s") >= 5, false), (attribute("l") < 5, false),
            (attribute("n") < "x", false), (attribute("n").between("1", "3"), false),
            (attribute(missing) == 1, false), (attribute(missing) != 1, true), (attribute(missing) < 1, false),
            (attribute(missing) >= 1, false), (attribute(missing).between(1, 2), false),
            (attribute(missing).isIn([1]), false),
            (.compare(.path(missing), .equal, .path("nowhere")), false),
            (.compare(.path(missing), .notEqual, .path("nowhere")), true),
            (.compare(.path(missing), .lessOrEqual, .path("nowhere")), false),
            (.compare(.value(1), .less, .path("n")), true), (.between(.value(2), .path("n"), .path("n2")), true),
            (.between(.path("n"), .value(1), .path("s")), false), (.between(.path("n"), .value(3), .path("n")), false),
            (attribute("n").isIn(["x", 2]), true), (attribute("n").isIn([3]), false),
            (.isIn(.value("cat"), [.path("n"), .path("s")]), true),
            (attribute("s").exists, true), (attribute(missing).exists, false), (!attribute(missing).exists, true),
            (attribute("z").exists, true),
            (attribute(path) == 5, true), (attribute(AttributePath("l").index(2).index(0)) == "y", true),
            (attribute(AttributePath("l").index(3)).exists, false),
            (attribute(AttributePath("l").index(-1)).exists, false),
            (attribute(AttributePath("l").key("x")).exists, false),
            (attribute(AttributePath("m").index(0)).exists, false),
            (attribute(AttributePath("s").key("x")).exists, false),
            (attribute("m.e").exists, false), (attribute(AttributePath("m").key("e")).exists, true),
            (attribute("s").beginsWith("ca"), true), (attribute("s").beginsWith("cat"), true),
            (attribute("s").beginsWith("cats"), false), (attribute("s").beginsWith(""), true),
            (attribute("b").beginsWith(.binary([1, 2])), true),
            (attribute("b").beginsWith(.binary([2])), false), (attribute("s").beginsWith(.binary([99])), false),
            (attribute("n").beginsWith("2"), false), (attribute(missing).beginsWith("x"), false),
            (.beginsWith("s", .path("p")), true), (.beginsWith("p", .path("s")), false),
            (attribute("s").contains("at"), true), (attribute("s").contains("ct"), false),
            (attribute("s").contains(""), true), (attribute("s").contains(1), false),
            (attribute("b").contains(.binary([2, 3])), true), (attribute("b").contains(.binary([1, 3])), false),
            (attribute("ss").contains("a"), true), (attribute("ss").contains("c"), false),
            (attribute("ss").contains(.stringSet(["a"])), false), (attribute("ns").contains(2), true),
            (attribute("ns").contains("2"), false), (attribute("bs").contains(.binary([2])), true),
            (attribute("l").contains(["y"]), true), (attribute("l").contains("x"), true),
            (attribute("l").contains("y"), false), (attribute("m").contains("v"), false),
            (attribute("n").contains(2), false), (attribute(missing).contains("x"), false),
            (.contains("s", .path("p")), true),
            (attribute("s").size == 3, true), (attribute("w").size == 3, true), (attribute("b").size == 3, true),
            (attribute("l").size == 3, true), (attribute("m").size == 2, true), (attribute("ss").size == 2, true),
            (attribute("ns").size == 2, true), (attribute("bs").size == 2, true),
            (attribute("n").size == 1, false), (attribute("t").size == 1, false), (attribute("z").size == 1, false),
            (attribute(missing).size == 0, false), (attribute("s").size < 4, true), (attribute("s").size >= 4, false),
            (attribute("s").size > 2, true), (attribute("s").size <= 3, true),
            (.compare(.size("s"), .equal, .value("3")), false), (.compare(.size("n"), .notEqual, .value(1)), true),
            (.compare(.size("p"), .equal, .path("n")), true),
            (attribute("n") == 2 && attribute("s") == "cat", true),
            (attribute("n") == 2 && attribute("s") == "dog", false),
            (attribute("n") == 3 || attribute("s") == "cat", true),
            (attribute("n") == 3 || attribute("s") == "dog", false), (!(attribute("n") == 2), false),
        ] as [(Condition, Bool)]
    )
    func `a condition means what it means in DynamoDB`(condition: Condition, holds: Bool) throws {
        #expect(try self.holds(condition) == holds)
    }

    @Test(arguments: AttributeValue.Kind.allCases)
    func `a value has its type and no other`(kind: AttributeValue.Kind) throws {
        for (name, value) in Self.item {
            #expect(try self.holds(attribute(AttributePath(name)).hasType(kind)) == (value.kind == kind))
        }
        #expect(try !self.holds(attribute(Self.missing).hasType(kind)))
    }

    @Test
    func `a missing item is one without attributes`() throws {
        #expect(try self.holds(!attribute("s").exists, for: nil))
        #expect(try self.holds(attribute("s") != "cat", for: nil))
        #expect(try !self.holds(attribute("s") == "cat", for: nil))
        #expect(try !self.holds(attribute("s").exists, for: nil))
    }

    @Test
    func `a part is found in linear time whatever the text`() throws {
        let item: Item = ["a": .string(String(repeating: "a", count: 400_000))]
        let part = String(repeating: "a", count: 200_000)
        #expect(try self.holds(attribute("a").contains(.string(part)), for: item))
        #expect(try !self.holds(attribute("a").contains(.string(part + "b")), for: item))
        #expect(try self.holds(attribute("a").contains("aab"), for: ["a": "aaab"]))
        #expect(try self.holds(attribute("a").contains("abac"), for: ["a": "ababac"]))
    }

    @Test
    func `security 6 a condition that nests too deep is refused, not followed`() {
        let deep = (0..<1000).reduce(attribute("s").exists) { condition, _ in !condition }
        #expect(throws: ValidationError.self) { try deep.holds(for: Self.item) }
    }
}
