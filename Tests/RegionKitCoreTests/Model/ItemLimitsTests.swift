import RegionKitCore
import Testing

struct ItemLimitsTests {
    private static let schema = TableSchema(
        name: "events",
        partitionKey: "id",
        sortKey: TableSchema.KeyAttribute("at", .number),
        indexes: [TableSchema.Index("byOwner", partitionKey: "owner", sortKey: "name")]
    )
    private static let plain = TableSchema(name: "plain", partitionKey: TableSchema.KeyAttribute("id", .binary))
    private static let key = Key("a", sort: 1)
    private static let item: Item = ["id": "a", "at": 1]

    private static func text(_ count: Int) -> AttributeValue { .string(String(repeating: "x", count: count)) }

    private static func nested(_ depth: Int, _ wrap: (AttributeValue) -> AttributeValue) -> AttributeValue {
        (0..<depth).reduce("x") { value, _ in wrap(value) }
    }

    @Test(
        arguments: [
            ([:], 0), (["ab": "xyz"], 5), (["a": "é"], 3), (["é": .null], 3), (["a": true], 2), (["a": 0], 3),
            (["a": 123], 4),
            (["a": -123], 5), (["a": 1200], 3), (["a": .binary([1, 2, 3])], 4), (["a": []], 4), (["a": [:]], 4),
            (["a": ["x", "yz"]], 9), (["a": ["k": "v"]], 7), (["a": .stringSet(["x", "yz"])], 4),
            (["a": .numberSet([1, 20])], 5), (["a": .binarySet([[1], [2, 3]])], 4),
        ] as [(Item, Int)]
    )
    func `an item is measured as DynamoDB measures`(item: Item, size: Int) {
        #expect(ItemLimits.size(of: item) == size)
    }

    @Test(
        arguments: [
            item, ["id": text(2048), "at": -1], ["id": "a", "at": 1, "owner": "o"],
            ["id": "a", "at": 1, "owner": "o", "name": text(1024)],
            ["id": "a", "at": 1, "x": nested(32) { [$0] }], ["id": "a", "at": 1, "x": nested(32) { ["k": $0] }],
            ["id": "a", "at": 1, "x": "", "y": .binary([])], ["id": "a", "at": 1, "x": text(409_600 - 3 - 4 - 1)],
            ["id": "a", "at": 1, String(repeating: "n", count: 65_535): 1],
        ] as [Item]
    )
    func `security 6 an item within the limits is taken`(item: Item) throws {
        try ItemLimits.validate(item, for: Self.schema)
    }

    @Test(
        arguments: [
            ([:], #""id""#), (["id": "a"], #""at""#), (["id": 1, "at": 1], "type S; the value is of type N"),
            (["id": "a", "at": "b"], "type N"),
            (["id": "", "at": 1], "0 bytes; 1 to 2048"), (["id": text(2049), "at": 1], "2049 bytes; 1 to 2048"),
            (["id": "a", "at": 1, "owner": 5], #""owner" must be of type S"#),
            (["id": "a", "at": 1, "owner": ""], "0 bytes"),
            (["id": "a", "at": 1, "owner": .null], "type NULL"),
            (["id": "a", "at": 1, "name": text(1025)], "1025 bytes; 1 to 1024"),
            (["id": "a", "at": 1, "": 1], "0 bytes; 1 to 65535"), (["id": "a", "at": 1, "m": ["": 1]], "0 bytes"),
            (["id": "a", "at": 1, String(repeating: "n", count: 65_536): 1], "65536 bytes; 1 to 65535"),
            (["id": "a", "at": 1, "s": .stringSet([])], "SS is empty"),
            (["id": "a", "at": 1, "s": [["k": .numberSet([])]]], "NS is empty"),
            (["id": "a", "at": 1, "s": .binarySet([])], "BS is empty"),
            (["id": "a", "at": 1, "x": nested(33) { [$0] }], "32 levels"),
            (["id": "a", "at": 1, "x": nested(33) { ["k": $0] }], "32 levels"),
            (["id": "a", "at": 1, "x": text(409_600 - 3 - 4)], "409601 bytes by DynamoDB's measure; 409600"),
        ] as [(Item, String)]
    )
    func `security 6 an item beyond a limit is refused, and the error says what was found and allowed`(
        item: Item,
        message: String
    ) throws {
        let error = try #require(throws: ValidationError.self) { try ItemLimits.validate(item, for: Self.schema) }
        #expect(error.message.contains(message), "\(error)")
    }

    @Test(arguments: [
        (Key("a"), schema, "no sort value"), (Key("a", sort: "b"), schema, "type N"),
        (Key(1, sort: 1), schema, "type S"),
        (Key(.binary([1]), sort: 1), plain, "has no sort key"), (Key(.binary([])), plain, "0 bytes"),
        (Key("a"), plain, "type B"),
        (Key(true), plain, "type BOOL"),
    ])
    func `security 6 a key that does not fit the schema is refused`(key: Key, schema: TableSchema, message: String)
        throws
    {
        let error = try #require(throws: ValidationError.self) { try ItemLimits.validate(key, for: schema) }
        #expect(error.message.contains(message), "\(error)")
    }

    @Test
    func `security 6 errors carry no value of an item or key`() {
        let secret = "canary-5f1e"
        let long = String(repeating: secret, count: 300)
        let requests: [BackendRequest] = [
            .get(Key(.string(long), sort: 1), .eventual), .get(Key("a", sort: .string(secret)), .eventual),
            .write(.put(["id": .string(secret)])), .write(.put(["id": "a", "at": .string(secret)])),
            .write(.put(["id": "a", "at": 1, "owner": .string(long)])),
            .query(Query("a", sort: .equal(.string(secret)))),
            .query(Query(.string(secret), next: PageToken(position: ["id": "b", "at": 1]))),
            .batchGet([Key(.string(secret), sort: 1), Key(.string(secret), sort: 1)], .eventual),
            .write(.put(Self.item, if: attribute("x") < .list([.string(secret)]))),
            .write(.put(Self.item, if: attribute("x").between(.string(secret), "a"))),
            .write(.update(Self.key, Update().add("x", .string(secret)))),
        ]
        for request in requests {
            do throws(ValidationError) {
                try ItemLimits.validate(request, for: Self.schema)
                Issue.record("\(request.name) was taken")
            } catch {
                #expect(!error.message.contains(secret))
            }
        }
    }

    private static let big: Item = ["id": "a", "at": 1, "x": text(400_000)]

    @Test(
        arguments: [
            .get(key, .consistent), .batchGet((0..<100).map { Key("a", sort: .number(Number($0))) }, .eventual),
            .batchGet([Key("\u{E9}", sort: 1), Key("e\u{301}", sort: 1)], .eventual),
            .query(Query("a")),
            .query(Query("a", sort: .between(1, 1), descending: true, limit: 1, consistency: .consistent)),
            .query(Query("o", sort: .beginsWith("x"), index: "byOwner")),
            .query(Query("a", next: PageToken(position: ["id": "a", "at": 2]), filter: attribute("owner") == "x")),
            .query(
                Query(
                    "o",
                    index: "byOwner",
                    next: PageToken(position: ["id": "a", "at": 2, "owner": "o", "name": "n"])
                )
            ),
            .query(Query("o", index: "byOwner", filter: attribute("id") == "x")),
            .scan(Scan()), .scan(Scan(limit: 1, next: PageToken(position: item), filter: attribute("id") == "x")),
            .write(.put(item)), .write(.put(item, if: !attribute("id").exists)), .write(.delete(key)),
            .write(.update(key, Update())),
            .write(
                .update(
                    key,
                    Update().set("m", 1).remove(AttributePath("l").index(0)).remove(AttributePath("l").index(1)).add(
                        "n",
                        1
                    ).delete("s", .numberSet([1]))
                )
            ),
            .write(.update(key, Update().set("l", to: .listAppend(.ifNotExists("l", .value([])), .value([1]))))),
            .write(.put(item, if: attribute("x").isIn((0..<100).map { .number(Number($0)) }))),
            .batchWrite((0..<25).map { .delete(Key("a", sort: .number(Number($0)))) }),
            .transact((0..<100).map { .delete(Key("a", sort: .number(Number($0))), if: attribute("x").exists) }),
            .transact([.check(key, attribute("id").exists), .put(["id": "a", "at": 2])]),
        ] as [BackendRequest]
    )
    func `security 6 a request within the limits is taken`(request: BackendRequest) throws {
        try ItemLimits.validate(request, for: Self.schema)
    }

    @Test(
        arguments: [
            (.get(Key("a"), .eventual), "no sort value"),
            (.batchGet([], .eventual), "0 keys; 1 to 100"),
            (.batchGet((0..<101).map { Key("a", sort: .number(Number($0))) }, .eventual), "101 keys"),
            (.batchGet([key, Key("a", sort: .number(Number("1.0") ?? 0))], .eventual), "the same key"),
            (.query(Query(1)), "type S"), (.query(Query("a", index: "none")), "it has byOwner"),
            (.query(Query("a", index: "byOwner", consistency: .consistent)), "eventually consistent"),
            (.query(Query("a", sort: .equal("x"))), "type N"),
            (.query(Query("a", sort: .beginsWith(1))), "only S and B"),
            (.query(Query("a", sort: .between(2, 1))), "below the lower"),
            (.query(Query("o", sort: .less(""), index: "byOwner")), "0 bytes"),
            (.query(Query("a", limit: 0)), "limit is 0"), (.scan(Scan(limit: -1)), "limit is -1"),
            (.query(Query("a", filter: attribute("at") > 1)), "bound it in the query"),
            (.query(Query("o", index: "byOwner", filter: attribute("name") == "x")), "bound it in the query"),
            (.query(Query("a", next: PageToken(position: ["id": "b", "at": 1]))), "another partition"),
            (
                .query(Query("a", next: PageToken(position: ["id": "a"]))),
                "holds 1 attributes; this read's tokens hold 2"
            ),
            (.query(Query("o", index: "byOwner", next: PageToken(position: item))), "tokens hold 4"),
            (.scan(Scan(next: PageToken(position: ["id": "a", "no": 1]))), #""at""#),
            (.scan(Scan(next: PageToken(position: ["id": "a", "at": "x"]))), "type N"),
            (.write(.check(key, attribute("id").exists)), "transactions only"),
            (.transact([.init(.check(key))]), "no condition"),
            (.batchWrite([]), "0 writes; 1 to 25"),
            (.batchWrite((0..<26).map { .delete(Key("a", sort: .number(Number($0)))) }), "26 writes"),
            (.batchWrite([.delete(key, if: attribute("x").exists)]), "without condition"),
            (.batchWrite([.update(key, Update().set("x", 1))]), "puts and deletes"),
            (.batchWrite([Write(.put(item), returning: .old)]), "returned item"),
            (.batchWrite([.put(item), .delete(key)]), "same key"),
            (.transact([]), "0 writes; 1 to 100"),
            (.transact((0..<101).map { .delete(Key("a", sort: .number(Number($0)))) }), "101 writes"),
            (.transact([.put(item), .check(key, attribute("x").exists)]), "same key"),
            (.transact([Write(.put(item), returning: .new)]), "returns no item"),
            (.transact([.update(key, Update())]), "no action"),
            (.transact((0..<11).map { .put(big.merging(["at": .number(Number($0))]) { $1 }) }), "4194304 are allowed"),
            (.write(.update(key, Update().set("id", "b"))), "key attribute"),
            (.write(.update(key, Update().remove(AttributePath("at").key("x")))), "key attribute"),
            (.write(.update(key, Update().set("x", 1).remove("x"))), "overlap"),
            (.write(.update(key, Update().set("x", 1).set(AttributePath("x").key("y").index(1), 1))), "overlap"),
            (
                .write(.update(key, Update().set(AttributePath("x").key("y"), 1).set(AttributePath("x").index(1), 1))),
                "overlap"
            ),
            (.write(.update(key, Update().add("x", "y"))), "type S is added; N, SS"),
            (.write(.update(key, Update().delete("x", 1))), "type N is deleted"),
            (.write(.update(key, Update().add("x", .stringSet([])))), "SS is empty"),
            (.write(.update(key, Update().set("x", .numberSet([])))), "NS is empty"),
            (.write(.update(key, Update().set("x", to: .plus(.path("x"), .value("1"))))), "type S; N is allowed"),
            (.write(.update(key, Update().set("x", to: .listAppend(.path("x"), .value(1))))), "type N; L is allowed"),
            (
                .write(.update(key, Update().set("x", to: .plus(.plus(.path("x"), .value(1)), .value(1))))),
                "inside another"
            ),
            (.write(.update(key, Update().set("", 1))), "0 bytes"),
            (.write(.update(key, Update().set(AttributePath("x").index(-1), 1))), "at least 0"),
            (
                .write(.update(key, Update().set(AttributePath("x", Array(repeating: .index(0), count: 33)), 1))),
                "33 steps; 32"
            ),
            (.write(.put(item, if: attribute("x").isIn([]))), "0 others; 1 to 100"),
            (.write(.put(item, if: attribute("x").isIn((0...100).map { .number(Number($0)) }))), "101 others"),
            (.write(.put(item, if: attribute("x") < true)), "type BOOL"),
            (.write(.put(item, if: attribute("x").between(1, "2"))), "one type"),
            (.write(.put(item, if: attribute("x").beginsWith(1))), "type N; S and B"),
            (.write(.put(item, if: attribute("") == 1)), "0 bytes"),
            (.write(.put(item, if: attribute("x") == .stringSet([]))), "SS is empty"),
            (
                .write(.put(item, if: (0..<300).reduce(attribute("x").exists) { condition, _ in !condition })),
                "300 operators"
            ),
            (.write(.update(key, Update((0...300).map { .remove(AttributePath("x\($0)")) }))), "300 operators"),
        ] as [(BackendRequest, String)]
    )
    func `security 6 a request beyond a limit is refused, and the error says what was found and allowed`(
        request: BackendRequest,
        message: String
    ) throws {
        let error = try #require(throws: ValidationError.self) { try ItemLimits.validate(request, for: Self.schema) }
        #expect(error.message.contains(message), "\(error)")
    }
}
