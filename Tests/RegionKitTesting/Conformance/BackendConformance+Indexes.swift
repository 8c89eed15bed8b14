internal import RegionKitCore

extension BackendConformance {
    static let indexRules: [Rule] = [
        Rule(name: "an index answers in its own order") { trial in
            let ranks = [3, -20, 0, 100, 7, -1]
            for (n, rank) in ranks.enumerated() {
                let item = trial.item("item-\(n)", ["group": .string(trial.name), "rank": .number(Number(rank))])
                try await trial.put(item)
            }
            let query = Query(.string(trial.name), index: "byGroup", limit: 4)
            trial.log.expect(
                "the ranks in pages of 4",
                try await trial.queryAll(query).map { $0["rank"]?.number },
                equals: ranks.sorted().map { Number($0) }
            )
            let bounded = Query(
                .string(trial.name),
                sort: .between(-1, 7),
                index: "byGroup",
                descending: true
            )
            trial.log.expect(
                "ranks from -1 to 7, descending",
                try await trial.queryAll(bounded).map { $0["rank"]?.number },
                equals: [7, 3, 0, -1]
            )
        },
        Rule(name: "an index holds only items that have all its attributes") { trial in
            let group = AttributeValue.string(trial.name)
            try await trial.put(
                trial.item("both", ["group": group, "rank": 1]),
                trial.item("group-only", ["group": group]),
                trial.item("rank-only", ["rank": 1]),
                trial.item("none")
            )
            let found = try await trial.queryAll(Query(group, index: "byGroup"))
            trial.log.expect("the items", found.map { $0["sk"]?.string }, equals: ["both"])
        },
        Rule(name: "an item moves between index partitions, and leaves the index with its attributes") { trial in
            let (one, two) = (AttributeValue.string("\(trial.name)-1"), AttributeValue.string("\(trial.name)-2"))
            let key = trial.key("a")
            func expect(_ subject: String, _ first: Int, _ second: Int) async throws {
                let inFirst = try await trial.queryAll(Query(one, index: "byGroup"))
                let inSecond = try await trial.queryAll(Query(two, index: "byGroup"))
                let counts = [inFirst.count, inSecond.count]
                trial.log.expect("items in both partitions \(subject)", counts, equals: [first, second])
            }
            try await trial.put(trial.item("a", ["group": one, "rank": 1]))
            try await expect("after a put", 1, 0)
            try await trial.write(.update(key, Update().set("group", two)))
            try await expect("after an update moved it", 0, 1)
            try await trial.put(trial.item("a", ["group": one, "rank": 5]))
            try await expect("after a put moved it back", 1, 0)
            try await trial.write(.update(key, Update().remove("rank")))
            try await expect("after an update removed an attribute", 0, 0)
            try await trial.put(trial.item("a", ["group": one, "rank": 5]))
            try await trial.write(.delete(key))
            try await expect("after a delete", 0, 0)
        },
        Rule(name: "items with equal index keys are all there, page by page") { trial in
            let owner = AttributeValue.string(trial.name)
            let names = (0..<7).map { "item-\($0)" }
            for name in names { try await trial.put(trial.item(name, ["owner": owner])) }
            for descending in [false, true] {
                let query = Query(owner, index: "byOwner", descending: descending, limit: 2)
                let found = try await trial.queryAll(query).compactMap { $0["sk"]?.string }
                trial.log.expect("the items, \(descending ? "de" : "a")scending", found.sorted(), equals: names)
            }
        },
        Rule(name: "an index query answers with whole items, filtered") { trial in
            let owner = AttributeValue.string(trial.name)
            let items = (0..<4).map { trial.item("item-\($0)", ["owner": owner, "n": .number(Number($0)), "x": [1]]) }
            for item in items { try await trial.put(item) }
            let found = try await trial.queryAll(Query(owner, index: "byOwner", filter: attribute("n") >= 2))
            trial.log.expect("the items", Set(found), equals: Set(items[2...]))
        },
    ]
}
