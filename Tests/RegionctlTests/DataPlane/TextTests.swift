import RegionKitCore
import Testing

@testable import regionctl

/// What the command line says, read and written without a table.
@Suite struct TextTests {
    private static let values: [(AttributeValue.Kind, String, AttributeValue)] = [
        (.string, "", ""), (.string, "a=b:c", "a=b:c"), (.number, "-1.50", .number(Number("-1.5") ?? 0)),
        (.binary, "AAEC", .binary([0, 1, 2])), (.binary, "", .binary([])), (.bool, "true", true),
        (.bool, "false", false),
        (.null, "", .null), (.null, "true", .null), (.list, "[{\"S\":\"a\"}]", ["a"]),
        (.map, "{\"a\":{\"N\":\"1\"}}", ["a": 1]), (.stringSet, "[\"a\",\"b\"]", .stringSet(["a", "b"])),
        (.numberSet, "[\"1\",\"2\"]", .numberSet([1, 2])), (.binarySet, "[\"AA==\"]", .binarySet([[0]])),
    ]

    @Test(arguments: Self.values)
    func `values are read by their type, and written so`(
        _ kind: AttributeValue.Kind,
        _ text: String,
        _ value: AttributeValue
    ) throws {
        let read = try AttributeValue(kind, text: text, for: "x")
        #expect(read == value)
        #expect(try AttributeValue(kind, text: read.text, for: "x") == value)
    }

    @Test(arguments: [
        (AttributeValue.Kind.number, "x"), (.number, ""), (.number, "1 "), (.binary, "A"), (.binary, "A A="),
        (.bool, "yes"), (.bool, ""), (.null, "false"), (.list, "[1]"), (.list, "[]}"), (.map, "[]"),
        (.map, "{}},{\"S\":\"x\""), (.stringSet, "[]"), (.stringSet, "[\"a\",\"a\"]"), (.numberSet, "[1]"),
        (.map, "{\"a\":{\"S\":\"\u{0}\"}}"), (.list, "[],\"S\":\"x\""),
    ])
    func `values of another type are refused by name`(_ kind: AttributeValue.Kind, _ text: String) {
        let error = #expect(throws: Failure.self) { try AttributeValue(kind, text: text, for: "--set a") }
        #expect(error?.message.hasPrefix("--set a: found ") == true)
        #expect(error?.message.contains("type \(kind.rawValue) is ") == true)
    }

    @Test(arguments: [
        ("a", AttributePath("a")), ("a.b[2].c", AttributePath("a").key("b").index(2).key("c")),
        ("x y", AttributePath("x y")),
        ("a[0][1]", AttributePath("a").index(0).index(1)), ("#d", AttributePath("a.b")),
        ("a.#d", AttributePath("a").key("a.b")),
        ("ä-b", AttributePath("ä-b")),
    ])
    func `places in an item are read`(_ text: String, _ path: AttributePath) throws {
        var used: Set<String> = []
        #expect(try AttributePath(text: text, names: ["#d": "a.b"], used: &used, for: "--set") == path)
        #expect(used == (text.contains("#") ? ["#d"] : []))
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "[0]", "a[", "a[]", "a[x]", "a[-1]", "a[0]b", "a[99999999999]", "#x", "#",
    ])
    func `other places are refused`(_ text: String) {
        var used: Set<String> = []
        #expect(throws: Failure.self) { try AttributePath(text: text, names: ["#d": "a"], used: &used, for: "--set") }
    }

    private func arguments(_ words: [String], for command: Command = .update) throws -> Arguments {
        try Arguments(["k"] + words, for: command)
    }

    @Test func `changes are read with their types`() throws {
        let words = [
            "--set", "a=b=c", "--set", "n:N=3", "--set", "z:NULL", "--remove", "r", "--add", "h=1", "--add",
            "s:SS=[\"x\"]",
        ]
        let (update, names) = try self.arguments(words).update()
        let expected = Update().set("a", "b=c").set("n", 3).set("z", .null).remove("r").add("h", 1)
            .add("s", .stringSet(["x"]))
        #expect(update == expected)
        #expect(names.isEmpty)
    }

    @Test(arguments: [
        (["--set", "a"], "--set: found \"a\"; it is written --set A[:T]=V."),
        (["--set", "a:X=1"], "--set: unknown type \"X\"; known are S, N, B, BOOL, NULL, L, M, SS, NS, BS."),
        (["--set", "a:N=x"], "--set a: found \"x\"; a value of type N"), (["--add", "a=x"], "--add a: found \"x\""),
        (["--set", "=1"], "--set: found \"\""), ([], "nothing is to be changed"),
        (["--set", "#a=1"], "--set: \"#a\" is not given; add --name '#a=…'."),
    ])
    func `other changes are refused, with what is right`(_ words: [String], _ message: String) {
        let error = #expect(throws: Failure.self) { try self.arguments(words).update() }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    private static let schema = TableSchema(
        name: "notes",
        partitionKey: "id",
        sortKey: TableSchema.KeyAttribute("at", .number),
        indexes: [TableSchema.Index("by-n", partitionKey: TableSchema.KeyAttribute("n", .number), sortKey: "s")]
    )

    @Test func `a condition and the changes share names`() throws {
        let words = [
            "--set", "#a=1", "--if", "#b = :v AND #c > :v", "--name", "#a=x", "--name", "#b=y=z", "--name", "#c=c",
            "--value", ":v={\"N\":\"1\"}",
        ]
        let arguments = try self.arguments(words)
        let (update, names) = try arguments.update()
        #expect(update == Update().set("x", "1"))
        let condition = try arguments.condition(in: Self.schema, names: names)
        #expect(condition == (attribute("y=z") == 1 && attribute("c") > 1))
    }

    @Test func `an item that must not be there may have to fulfil more`() throws {
        let alone = try self.arguments(["--if-not-exists"]).condition(in: Self.schema)
        #expect(alone == !attribute("id").exists)
        let both = try self.arguments(["--if-not-exists", "--if", "attribute_not_exists(a)"]).condition(in: Self.schema)
        #expect(both == (!attribute("id").exists && !attribute("a").exists))
        #expect(try self.arguments([]).condition(in: Self.schema) == nil)
    }

    @Test(arguments: [
        (["--if", "a = :v", "--value", ":v"], "--value: found \":v\"; it is written --value :V=JSON."),
        (["--if", "a = :v", "--value", "v={}"], "--value: found \"v={}\""),
        (["--if", "a = :v", "--value", ":v=1"], "--value :v: Invalid DynamoDB JSON at byte 0"),
        (["--if", "a = :v", "--value", ":v={\"S\":\"\"}", "--value", ":v={\"S\":\"\"}"], "--value :v is given twice."),
        (["--if", "#a = b", "--name", "#a="], "--name: found \"#a=\""),
        (["--if", "a = b", "--name", "#a=x"], "--if: \"#a\" of names is not used"),
        (["--name", "#a=x"], "#a is given and not used; it belongs to --if."),
    ])
    func `other conditions are refused, with what is right`(_ words: [String], _ message: String) {
        let error = #expect(throws: Failure.self) { try self.arguments(words).condition(in: Self.schema) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("=3", Query.SortCondition.equal(3)), ("<3", .less(3)), ("<=3", .lessOrEqual(3)), (">-3", .greater(-3)),
        (">=3", .greaterOrEqual(3)), ("1..5", .between(1, 5)), ("-2..-1", .between(-2, -1)),
    ])
    func `bounds on a sort key are read`(_ text: String, _ condition: Query.SortCondition) throws {
        let attribute = TableSchema.KeyAttribute("at", .number)
        #expect(try Query.SortCondition(text: text, attribute) == condition)
    }

    @Test(arguments: [
        ("begins:a..b", Query.SortCondition.beginsWith("a..b")), ("=a..b", .equal("a..b")), ("a..", .between("a", "")),
    ])
    func `bounds on a text are read from their beginning`(_ text: String, _ condition: Query.SortCondition) throws {
        #expect(try Query.SortCondition(text: text, "s") == condition)
    }

    @Test(arguments: ["3", "", "==3", "=x", "1..x", "!3"]) func `other bounds are refused`(_ text: String) {
        #expect(throws: Failure.self) {
            try Query.SortCondition(text: text, TableSchema.KeyAttribute("at", .number))
        }
    }

    @Test func `a query of an index reads that index's keys`() throws {
        let arguments = try Arguments(
            ["7", "--index", "by-n", "--sort", "begins:a", "--desc", "--limit", "9"],
            for: .query
        )
        let query = try arguments.query(in: Self.schema)
        #expect(query == Query(7, sort: .beginsWith("a"), index: "by-n", descending: true, limit: 9))
    }

    @Test func `a page's token survives as text, and another text is none`() throws {
        let token = PageToken(position: ["id": "k?>~", "at": 3, "b": .binary([0xFF, 0xFE])])
        #expect(token.text.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil)
        #expect(PageToken(text: token.text) == token)
        for text in ["", "?", "e30=x", token.text + "x", "eyJh", "W10", String(token.text.dropLast(5))] {
            #expect(PageToken(text: text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("日本", 4), ("한글", 4), ("ｱ", 1), ("Ａ", 2), ("e\u{301}", 1), ("😀", 2), ("❤\u{FE0F}", 2),
        ("ä…×", 3),
    ])
    func `a text takes as many columns as a terminal gives it`(_ text: String, _ columns: Int) {
        #expect(text.columns == columns)
        #expect("a\(text)b".prefix(columns: columns + 1) == "a\(text)")
    }

    @Test func `wide characters are cut and aligned by their columns`() {
        let console = Console(isJSON: false, environment: [:])
        let wide = String(repeating: "日", count: 100)
        let item: Item = ["id": "k", "at": 3, "a": .string(wide), wide: .string("x" + wide)]
        let lines = ItemText(schema: Self.schema, console: console).lines(item)
        #expect(lines.map(\.columns).max() == 80)
        #expect(lines.joined().count { $0 == "日" } == 300)
        #expect(Line(wide).cut(to: 10).text(for: console) == "日日日日…")
        let table = Table(columns: [("a", .left), ("b", .left)], rows: [["日本", "x"], ["abc", "y"]])
        #expect(table.aligned.map { $0.text(for: console) } == ["a     b", "日本  x", "abc   y"])
    }

    @Test func `an item is shown attribute by attribute, keys first, nothing that a terminal obeys`() {
        let console = Console(isJSON: false, environment: [:])
        let item: Item = [
            "id": "k", "at": 3, "esc": "a\u{1B}[2J\n\u{202E}b", "tags": .stringSet(["b", "a"]), "": .null,
            "a-name-of-more-than-24-characters": true,
        ]
        let space = String(repeating: " ", count: 32)
        #expect(
            ItemText(schema: Self.schema, console: console).lines(item) == [
                "id                        S     k", "at                        N     3",
                "                          NULL  true", "a-name-of-more-than-24-characters  BOOL", space + "true",
                "esc                       S     a\\u{1b}[2J\\n\\u{202e}b",
                "tags                      SS    [\"a\",\"b\"]",
            ]
        )
    }
}
