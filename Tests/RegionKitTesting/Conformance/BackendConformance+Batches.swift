internal import RegionKitCore

extension BackendConformance {
    private static let hasTransactions: @Sendable (BackendCapabilities) -> Bool = { $0.transactions }

    static let batchRules: [Rule] = [
        Rule(name: "a batch read answers in the order of the keys") { trial in
            try await trial.put(trial.item("a"), trial.item("b"), trial.item("c"))
            let found = try await trial.batchGet(["c", "missing", "a", "b"].map(trial.key))
            trial.log.expect("the items", found.map { $0.item?["sk"]?.string }, equals: ["c", nil, "a", "b"])
        },
        Rule(name: "a batch writes and deletes") { trial in
            try await trial.put(trial.item("old"))
            var writes = (0..<24).map { Write.put(trial.item("item-\($0)")) }
            writes.append(.delete(trial.key("old")))
            let results = try await trial.batch(.batchWrite(writes))
            trial.log.expect("results", results.count, equals: 25)
            let found = try await trial.queryAll(Query(.string(trial.name)))
            trial.log.expect(
                "the items",
                found.compactMap { $0["sk"]?.string },
                equals: (0..<24).map { "item-\($0)" }.sorted()
            )
        },
        Rule(name: "a transaction does all of its writes", applies: hasTransactions) { trial in
            try await trial.put(trial.item("counter", ["n": 1]), trial.item("old"), trial.item("guard", ["open": true]))
            let results = try await trial.batch(
                .transact([
                    .put(trial.item("new"), if: !attribute("pk").exists),
                    .update(trial.key("counter"), Update().add("n", 5)),
                    .delete(trial.key("old"), if: attribute("pk").exists),
                    .check(trial.key("guard"), attribute("open") == true),
                ])
            )
            trial.log.expect("results", results.count, equals: 4)
            trial.log.expect("the put", try await trial.get(trial.key("new")), equals: trial.item("new"))
            trial.log.expect("the update", try await trial.get(trial.key("counter"))?["n"], equals: 6)
            trial.log.expect("the delete", try await trial.get(trial.key("old")), equals: nil)
            trial.log.expect(
                "the checked item",
                try await trial.get(trial.key("guard")),
                equals: trial.item("guard", ["open": true])
            )
        },
        Rule(name: "a transaction does nothing if one of its conditions fails", applies: hasTransactions) { trial in
            try await trial.put(trial.item("a", ["n": 1]), trial.item("b", ["n": 1]))
            for (subject, failing) in [
                ("a check fails", Write.check(trial.key("b"), attribute("n") == 2)),
                ("an update's condition fails", .update(trial.key("b"), Update().add("n", 1), if: attribute("n") > 1)),
                ("a delete's condition fails", .delete(trial.key("b"), if: !attribute("pk").exists)),
            ] {
                await trial.log.expectError(subject, [.rejected], .conditionFailed) {
                    try await trial.batch(
                        .transact([
                            .update(trial.key("a"), Update().add("n", 1)), .put(trial.item("c")), failing,
                        ])
                    )
                }
            }
            trial.log.expect("a", try await trial.get(trial.key("a"))?["n"], equals: 1)
            trial.log.expect("b", try await trial.get(trial.key("b"))?["n"], equals: 1)
            trial.log.expect("c", try await trial.get(trial.key("c")), equals: nil)
        },
        Rule(name: "transactions at once keep a sum", applies: hasTransactions) { trial in
            try await trial.put(trial.item("a", ["n": 100]), trial.item("b", ["n": 0]))
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        for _ in 0..<100 {
                            let done = try? await trial.batch(
                                .transact([
                                    .update(trial.key("a"), Update().add("n", -1)),
                                    .update(trial.key("b"), Update().add("n", 1)),
                                ])
                            )
                            if done != nil { return }
                        }
                    }
                }
            }
            trial.log.expect("a", try await trial.get(trial.key("a"))?["n"], equals: 80)
            trial.log.expect("b", try await trial.get(trial.key("b"))?["n"], equals: 20)
        },
    ]
}
