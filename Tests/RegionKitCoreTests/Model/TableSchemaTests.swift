import RegionKitCore
import Testing

struct TableSchemaTests {
    private static let schema = TableSchema(
        name: "events",
        partitionKey: "id",
        sortKey: TableSchema.KeyAttribute("at", .number),
        indexes: [
            TableSchema.Index("byOwner", partitionKey: "owner", sortKey: TableSchema.KeyAttribute("at", .number))
        ],
        timeToLiveAttribute: "expires"
    )

    @Test
    func `a sound schema is taken`() throws {
        try Self.schema.validate()
        try TableSchema(name: "a-b_c.D", partitionKey: TableSchema.KeyAttribute("id", .binary)).validate()
    }

    @Test(arguments: [
        (TableSchema(name: "ab", partitionKey: "id"), "3 to 255"),
        (TableSchema(name: "a b c", partitionKey: "id"), "3 to 255"),
        (TableSchema(name: String(repeating: "a", count: 256), partitionKey: "id"), "3 to 255"),
        (TableSchema(name: "tablé", partitionKey: "id"), "3 to 255"),
        (TableSchema(name: "table", partitionKey: ""), "0 bytes; 1 to 255"),
        (TableSchema(name: "table", partitionKey: TableSchema.KeyAttribute("id", .bool)), "type BOOL; S, N and B"),
        (TableSchema(name: "table", partitionKey: "id", sortKey: "id"), "both"),
        (TableSchema(name: "table", partitionKey: "id", indexes: [.init("i", partitionKey: "x")]), "3 to 255"),
        (
            TableSchema(
                name: "table",
                partitionKey: "id",
                indexes: [.init("idx", partitionKey: "x"), .init("idx", partitionKey: "y")]
            ), "must differ"
        ),
        (
            TableSchema(
                name: "table",
                partitionKey: "id",
                indexes: [.init("idx", partitionKey: TableSchema.KeyAttribute("id", .number))]
            ), "two types"
        ),
        (
            TableSchema(
                name: "table",
                partitionKey: "id",
                indexes: (0..<21).map { .init("index\($0)", partitionKey: "x") }
            ), "20 indexes; this one has 21"
        ),
        (TableSchema(name: "table", partitionKey: "id", timeToLiveAttribute: ""), "0 bytes"),
        (TableSchema(name: "table", partitionKey: "id", timeToLiveAttribute: "id"), "not of type N"),
    ])
    func `security 6 an unsound schema is refused, and the error says why`(schema: TableSchema, message: String) throws
    {
        let error = try #require(throws: ValidationError.self) { try schema.validate() }
        #expect(error.message.contains(message), "\(error)")
    }

    @Test
    func `keys, positions and indexes are found in items`() throws {
        let item: Item = ["id": "a", "at": 1, "owner": "o", "x": true]
        #expect(try Self.schema.key(of: item) == Key("a", sort: 1))
        #expect(Self.schema.attributes(of: Key("a", sort: 1)) == ["id": "a", "at": 1])
        #expect(Self.schema.position(of: item, in: nil).position == ["id": "a", "at": 1])
        #expect(Self.schema.position(of: item, in: "byOwner").position == ["id": "a", "at": 1, "owner": "o"])
        #expect(Self.schema.index(named: "byOwner")?.partitionKey == "owner")
        #expect(Self.schema.index(named: "none") == nil)
        #expect(throws: ValidationError.self) { try Self.schema.key(of: ["id": "a"]) }
        #expect(throws: ValidationError.self) { try Self.schema.key(of: ["id": 1, "at": 1]) }
    }

    @Test(
        arguments: [
            (["expires": 10], 10_000, true), (["expires": 10], 9_999, false), (["expires": 10], .max, true),
            (["expires": -5], 0, true),
            ([:], .max, false), (["expires": "10"], .max, false),
            (["expires": .number(Number("1E100") ?? 0)], .max, false),
        ] as [(Item, Int64, Bool)]
    )
    func `an item is expired from the second that its attribute names`(item: Item, now: Int64, isExpired: Bool) {
        #expect(Self.schema.isExpired(item, atMilliseconds: now) == isExpired)
    }

    @Test
    func `keys that only Unicode takes for equal are two keys`() {
        let (one, two) = (AttributeValue.string("\u{E9}"), AttributeValue.string("e\u{301}"))
        #expect(one != two)
        #expect(Key(one) != Key(two))
        #expect(Set([one, two]).count == 2)
        #expect(AttributeValue.list([one]) != .list([two]))
        #expect(AttributeValue.map(["\u{E9}": 1]) != .map(["e\u{301}": 1]))
        #expect(AttributeValue.stringSet(["\u{E9}"]) != .stringSet(["e\u{301}"]))
        #expect(AttributeValue.map(["a": 1, "b": 2]) == ["b": 2, "a": 1])
        #expect(AttributeValue.stringSet(["a", "é"]) == .stringSet(["é", "a"]))
        // U+FF21 sorts after U+1D400 by UTF-16 and before it by UTF-8.
        #expect(AttributeValue.string("\u{FF21}").precedes(.string("\u{1D400}")) == true)
        #expect(one.precedes(two) == false)
        #expect(two.precedes(one) == true)
        #expect(AttributeValue.binary([1]).precedes(.binary([1, 0])) == true)
        #expect(AttributeValue.number(10).precedes("9") == nil)
        #expect(AttributeValue.bool(false).precedes(true) == nil)
    }
}
