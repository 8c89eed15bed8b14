internal import RegionKitCore

extension BackendConformance {
    static let itemRules: [Rule] = [
        Rule(name: "all ten types survive a round trip") { trial in
            let item = trial.item(
                "types",
                [
                    "text": "grüße \u{1F30D} \"\\\n\u{0}", "emptyText": "", "integer": 42,
                    "bytes": .binary([0, 127, 255]),
                    "emptyBytes": .binary([]), "yes": true, "no": false, "nothing": .null,
                    "list": [1, "two", [.null, true]], "map": ["deep": ["deeper": [1]], "": "empty name"],
                    "texts": .stringSet(["a", "b"]), "numbers": .numberSet([1, -2]),
                    "byteStrings": .binarySet([[1], [], [2, 3]]), "emptyList": [], "emptyMap": [:],
                ]
            )
            try await trial.put(item)
            trial.log.expect("the item", try await trial.get(trial.key("types")), equals: item)
        },
        Rule(name: "numbers are exact to 38 digits") { trial in
            let texts = [
                "0", "-1", "0.1", "12345678901234567890123456789012345678", "-0.00000000000000000001",
                "9.9999999999999999999999999999999999999E+125", "1E-130", "-1E+125",
                "3.14159265358979323846264338327950288",
            ]
            let numbers = texts.compactMap { Number($0) }
            trial.log.expect("numbers that can be written", numbers.count, equals: texts.count)
            let item = trial.item("numbers", ["list": .list(numbers.map { .number($0) })])
            try await trial.put(item)
            trial.log.expect("the item", try await trial.get(trial.key("numbers")), equals: item)
        },
        Rule(name: "a put replaces the whole item") { trial in
            try await trial.put(trial.item("a", ["old": 1]), trial.item("a", ["new": 2]))
            trial.log.expect("the item", try await trial.get(trial.key("a")), equals: trial.item("a", ["new": 2]))
        },
        Rule(name: "a missing item is nil") { trial in
            trial.log.expect("the item", try await trial.get(trial.key("missing")), equals: nil)
        },
        Rule(name: "a deleted item is gone, and deleting a missing one is no error") { trial in
            try await trial.put(trial.item("a"))
            try await trial.write(.delete(trial.key("a")))
            trial.log.expect("the item", try await trial.get(trial.key("a")), equals: nil)
            try await trial.write(.delete(trial.key("a")))
            try await trial.write(.delete(trial.key("never")))
            try await trial.put(trial.item("a", ["again": true]))
            trial.log.expect(
                "the item put again",
                try await trial.get(trial.key("a")),
                equals: trial.item("a", ["again": true])
            )
        },
        Rule(name: "keys that are equivalent but not the same text are two keys") { trial in
            let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
            try await trial.put(trial.item(composed, ["n": 1]), trial.item(decomposed, ["n": 2]))
            trial.log.expect("the first", try await trial.get(trial.key(composed))?["n"], equals: 1)
            trial.log.expect("the second", try await trial.get(trial.key(decomposed))?["n"], equals: 2)
        },
        Rule(name: "an update changes what it names, and creates a missing item") { trial in
            let key = trial.key("a")
            try await trial.write(.update(key, Update().set("state", "new").add("hits", 1)))
            trial.log.expect(
                "the created item",
                try await trial.get(key),
                equals: trial.item("a", ["state": "new", "hits": 1])
            )
            try await trial.write(
                .update(
                    key,
                    Update().set("state", "ready").add("hits", 2).add("tags", .stringSet(["x", "y"]))
                        .set("map", ["inner": [1, 2]])
                )
            )
            try await trial.write(
                .update(
                    key,
                    Update().remove("state").delete("tags", .stringSet(["x"]))
                        .set(AttributePath("map").key("inner").index(1), 5)
                        .set("copy", to: .plus(.path("hits"), .value(10)))
                )
            )
            trial.log.expect(
                "the changed item",
                try await trial.get(key),
                equals: trial.item(
                    "a",
                    ["hits": 3, "tags": .stringSet(["y"]), "map": ["inner": [1, 5]], "copy": 13]
                )
            )
        },
        Rule(name: "an update that cannot be done is rejected and changes nothing") { trial in
            let item = trial.item("a", ["text": "x"])
            try await trial.put(item)
            await trial.log.expectError("adding to a text", [.rejected], .validation) {
                try await trial.write(.update(trial.key("a"), Update().add("text", 1).set("other", 1)))
            }
            trial.log.expect("the item", try await trial.get(trial.key("a")), equals: item)
        },
        Rule(name: "a write answers with the item that was asked for") { trial in
            let (one, two) = (trial.item("a", ["n": 1]), trial.item("a", ["n": 2]))
            let key = trial.key("a")
            func expect(_ subject: String, _ write: Write, _ expected: Item?) async throws {
                trial.log.expect(subject, try await trial.write(write).item, equals: expected)
            }
            try await expect("a put's old item when there was none", Write(.put(one), returning: .old), nil)
            try await expect("a put's old item", Write(.put(two), returning: .old), one)
            try await expect("a put's new item", Write(.put(one), returning: .new), one)
            try await expect("an update's old item", Write(.update(key, Update().add("n", 1)), returning: .old), one)
            let three = trial.item("a", ["n": 3])
            try await expect("an update's new item", Write(.update(key, Update().add("n", 1)), returning: .new), three)
            try await expect("nothing", Write(.put(three)), nil)
            try await expect("a delete's old item", Write(.delete(key), returning: .old), three)
            try await expect("a delete's old item when there was none", Write(.delete(key), returning: .old), nil)
        },
        Rule(name: "a table without sort key works", table: Self.plain) { trial in
            let items: [Item] = [["id": -1, "v": "a"], ["id": 0, "v": "b"], ["id": .number(Number(12)), "v": "c"]]
            for item in items { try await trial.put(item) }
            for item in items {
                guard let id = item["id"] else { continue }
                trial.log.expect("item \(id)", try await trial.get(Key(id)), equals: item)
                trial.log.expect("the query for \(id)", try await trial.query(Query(id)).items, equals: [item])
            }
            trial.log.expect("a missing item", try await trial.get(Key(99)), equals: nil)
        },
    ]
}
