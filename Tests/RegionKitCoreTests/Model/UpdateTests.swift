import RegionKitCore
import Testing

struct UpdateTests {
    private static let schema = TableSchema(
        name: "things",
        partitionKey: "id",
        indexes: [TableSchema.Index("byOwner", partitionKey: "owner")]
    )
    private static let list: AttributeValue = ["a", "b", "c"]

    private func apply(_ update: Update, to item: Item?) throws(ValidationError) -> Item {
        try ItemLimits.validate(.write(.update("k", update)), for: Self.schema)
        return try update.applied(to: item.map { $0.merging(["id": "k"]) { $1 } }, key: "k", schema: Self.schema)
    }

    private static func at(_ name: String, _ steps: AttributePath.Step...) -> AttributePath {
        AttributePath(name, steps)
    }

    @Test(
        arguments: [
            ([:], Update().set("a", 1), ["a": 1]), (["a": "old"], Update().set("a", [1]), ["a": [1]]),
            (["a": 1, "b": 2], Update(), ["a": 1, "b": 2]),
            (["a": 1], Update().set("b", to: .path("a")), ["a": 1, "b": 1]),
            (["a": 1], Update().set("b", to: .path("id")), ["a": 1, "b": "k"]),
            (["a": 1, "b": 2], Update().set("a", to: .path("b")).set("b", to: .path("a")), ["a": 2, "b": 1]),
            (["a": 1], Update().set("b", to: .path("a")).remove("a"), ["b": 1]),
            (["a": 1], Update().set("a", 5).set("b", to: .plus(.path("a"), .value(1))), ["a": 5, "b": 2]),
            (["a": 1], Update().set("a", to: .plus(.path("a"), .value(2))), ["a": 3]),
            (["a": 1], Update().set("a", to: .minus(.value(5), .path("a"))), ["a": 4]),
            (["a": 1], Update().set("a", to: .plus(.path("a"), .path("a"))), ["a": 2]),
            ([:], Update().set("a", to: .plus(.ifNotExists("a", .value(10)), .value(1))), ["a": 11]),
            (["a": 3], Update().set("a", to: .plus(.ifNotExists("a", .value(10)), .value(1))), ["a": 4]),
            (["a": 1], Update().set("a", to: .ifNotExists("a", .value(9))), ["a": 1]),
            ([:], Update().set("a", to: .ifNotExists("b", .ifNotExists("c", .value(9)))), ["a": 9]),
            (["b": 1], Update().set("a", to: .ifNotExists("b", .path("none"))), ["a": 1, "b": 1]),
            (["l": list], Update().set("l", to: .listAppend(.path("l"), .value(["d"]))), ["l": ["a", "b", "c", "d"]]),
            (["l": ["x"]], Update().set("l", to: .listAppend(.value([1]), .path("l"))), ["l": [1, "x"]]),
            ([:], Update().set("l", to: .listAppend(.ifNotExists("l", .value([])), .value([1]))), ["l": [1]]),
            (["l": list], Update().set(at("l", .index(1)), "B"), ["l": ["a", "B", "c"]]),
            (["l": list], Update().set(at("l", .index(7)), "d"), ["l": ["a", "b", "c", "d"]]),
            (
                ["l": list],
                Update().set(at("l", .index(84)), "4").set(at("l", .index(37)), "2").set(at("l", .index(17)), "1").set(
                    at("l", .index(50)),
                    "3"
                ), ["l": ["a", "b", "c", "1", "2", "3", "4"]]
            ),
            (["l": list], Update().remove(at("l", .index(0))).remove(at("l", .index(2))), ["l": ["b"]]),
            (["l": list], Update().remove(at("l", .index(17))), ["l": list]),
            (
                ["l": [2, 3, 4, 5, 6, 7]], Update().remove(at("l", .index(1))).set(at("l", .index(3)), 17),
                ["l": [2, 4, 17, 6, 7]]
            ),
            (
                ["l": [2, 3, 4, 5, 6, 7]], Update().set(at("l", .index(3)), 17).remove(at("l", .index(1))),
                ["l": [2, 4, 17, 6, 7]]
            ),
            (
                ["l": ["a"]],
                Update().set(at("l", .index(8)), "b").set(at("l", .index(9)), "c").remove(at("l", .index(1))),
                ["l": ["a", "b", "c"]]
            ), (["l": [1]], Update().remove(at("l", .index(0))), ["l": []]),
            (
                ["l": [["x": 1], 2]],
                Update().remove(at("l", .index(1))).set(at("l", .index(0), .key("x")), 3).remove(
                    at("l", .index(0), .key("y"))
                ), ["l": [["x": 3]]]
            ),
            (["m": ["a": 1]], Update().set(at("m", .key("b")), 2), ["m": ["a": 1, "b": 2]]),
            (["m": ["a": 1]], Update().remove(at("m", .key("a"))), ["m": [:]]),
            (["m": ["a": 1]], Update().remove(at("m", .key("none"))), ["m": ["a": 1]]),
            (
                ["a": ["b": 3, "c": ["hi", ["x": ["y": [3, 5, 7]]]]]],
                Update().set(at("a", .key("c"), .index(1), .key("x"), .key("y"), .index(1)), 9),
                ["a": ["b": 3, "c": ["hi", ["x": ["y": [3, 9, 7]]]]]]
            ),
            (
                ["a": ["x": 3, "y": 4, "c": ["y": 3]], "b": ["x": 1, "y": 2]],
                Update().set(at("a", .key("b")), 10).set(at("a", .key("c"), .key("d")), "dog").set(
                    at("b", .key("x")),
                    17
                ).remove(at("a", .key("x"))).remove(at("b", .key("y"))),
                ["a": ["y": 4, "b": 10, "c": ["y": 3, "d": "dog"]], "b": ["x": 17]]
            ),
            (["a": 3], Update().add("a", 4), ["a": 7]), ([:], Update().add("a", 4), ["a": 4]),
            (["a": 3], Update().add("a", -3), ["a": 0]),
            (["m": ["n": 1]], Update().add(at("m", .key("n")), 1).add(at("m", .key("k")), 5), ["m": ["n": 2, "k": 5]]),
            (
                ["s": .stringSet(["a", "b"])], Update().add("s", .stringSet(["b", "c"])),
                ["s": .stringSet(["a", "b", "c"])]
            ), ([:], Update().add("s", .numberSet([1])), ["s": .numberSet([1])]),
            (["s": .binarySet([[1]])], Update().add("s", .binarySet([[2]])), ["s": .binarySet([[1], [2]])]),
            (["s": .stringSet(["a", "b"])], Update().delete("s", .stringSet(["b", "c"])), ["s": .stringSet(["a"])]),
            (["s": .stringSet(["a"])], Update().delete("s", .stringSet(["a"])), [:]),
            ([:], Update().delete("s", .stringSet(["a"])), [:]),
            (["s": .numberSet([1, 2])], Update().delete("s", .numberSet([2])), ["s": .numberSet([1])]),
            (["s": .binarySet([[1], [2]])], Update().delete("s", .binarySet([[2]])), ["s": .binarySet([[1]])]),
            (["m": ["s": .numberSet([1])]], Update().delete(at("m", .key("s")), .numberSet([1])), ["m": [:]]),
            (["a": 1], Update().remove("a").remove("none"), [:]), (["owner": "x"], Update().remove("owner"), [:]),
            (["owner": "x"], Update().set("owner", "y"), ["owner": "y"]),
        ] as [(Item, Update, Item)]
    )
    func `an update does what it does in DynamoDB`(item: Item, update: Update, result: Item) throws {
        #expect(try self.apply(update, to: item) == result.merging(["id": "k"]) { $1 })
    }

    @Test(
        arguments: [
            ([:], Update().set("a", to: .path("none")), "not in the item"),
            ([:], Update().set("x", 1).set("a", to: .path("x")), "not in the item"),
            (["a": 1], Update().set("a", to: .plus(.path("a"), .path("none"))), "not in the item"),
            ([:], Update().set("a", to: .ifNotExists("b", .path("none"))), "not in the item"),
            (["a": "x"], Update().set("a", to: .plus(.path("a"), .value(1))), "type S; it must be N"),
            (["a": "x"], Update().set("a", to: .minus(.value(1), .path("a"))), "type S; it must be N"),
            (["a": "x"], Update().set("a", to: .listAppend(.path("a"), .value([]))), "type S; it must be L"),
            ([:], Update().set("a", to: .listAppend(.ifNotExists("a", .value(1)), .value([]))), "type N; it must be L"),
            (["a": "x"], Update().set(at("a", .key("b")), 1), "no map or list"),
            (["a": "x"], Update().set(at("a", .index(0)), 1), "no map or list"),
            ([:], Update().set(at("a", .key("b")), 1), "no map or list"),
            ([:], Update().set(at("a", .index(0)), 1), "no map or list"),
            (["a": [1]], Update().set(at("a", .key("b")), 1), "no map or list"),
            (["a": ["b": 1]], Update().set(at("a", .index(0)), 1), "no map or list"),
            (["a": [1]], Update().set(at("a", .index(5), .key("b")), 1), "no map or list"),
            (["a": "x"], Update().remove(at("a", .key("b"))), "no map or list"),
            ([:], Update().remove(at("a", .key("b"))), "no map or list"),
            ([:], Update().remove(at("a", .index(0))), "no map or list"),
            (["a": [1]], Update().remove(at("a", .key("b"))), "no map or list"),
            (["a": "x"], Update().add("a", 1), "type N, but it is of type S"),
            (["a": [1]], Update().add("a", .numberSet([1])), "type NS, but it is of type L"),
            (["a": .stringSet(["x"])], Update().add("a", .numberSet([1])), "type NS, but it is of type SS"),
            (["a": .stringSet(["x"])], Update().delete("a", .numberSet([1])), "type NS, but it is of type SS"),
            ([:], Update().add(at("m", .key("n")), 1), "no map or list"),
            (["a": .number(Number("1E125") ?? 0)], Update().add("a", 1), "38 significant digits"),
            (
                ["a": .number(Number("9E125") ?? 0)], Update().set("a", to: .plus(.path("a"), .path("a"))),
                "out of range"
            ),
            ([:], Update().set("owner", 5), "must be of type S"), ([:], Update().set("owner", ""), "0 bytes"),
            (
                ["a": .string(String(repeating: "x", count: 300_000))], Update().set("b", to: .path("a")),
                "409600 are allowed"
            ),
        ] as [(Item, Update, String)]
    )
    func `what only the item can show to be wrong is an error`(item: Item, update: Update, message: String) throws {
        let error = try #require(throws: ValidationError.self) { try self.apply(update, to: item) }
        #expect(error.message.contains(message), "\(error)")
    }

    @Test
    func `a missing item starts from its key`() throws {
        #expect(try self.apply(Update().set("a", 1).add("n", 2), to: nil) == ["id": "k", "a": 1, "n": 2])
        #expect(try self.apply(Update(), to: nil) == ["id": "k"])
        #expect(
            try self.apply(Update().remove(Self.at("x", .key("y"))).remove(Self.at("x", .key("z"), .index(0))), to: nil)
                == ["id": "k"]
        )
        #expect(throws: ValidationError.self) { try self.apply(Update().set(Self.at("x", .key("y")), 1), to: nil) }
        #expect(throws: ValidationError.self) { try self.apply(Update().set("a", to: .path("a")), to: nil) }
    }

    @Test
    func `an update that only removes creates no item`() {
        #expect(!Update().remove("a").delete("s", .numberSet([1])).createsItem)
        #expect(Update().remove("a").set("b", 1).createsItem)
        #expect(Update().add("a", 1).createsItem)
        #expect(Update().createsItem)
    }
}
