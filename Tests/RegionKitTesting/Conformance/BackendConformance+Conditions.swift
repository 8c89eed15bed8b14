internal import RegionKitCore

extension BackendConformance {
    static let conditionRules: [Rule] = [
        Rule(name: "a write whose condition fails is rejected and changes nothing") { trial in
            let item = trial.item("a", ["state": "ready", "n": 1])
            try await trial.put(item)
            let key = trial.key("a")
            let fails = attribute("state") == "busy"
            for (subject, write) in [
                ("a put", Write.put(trial.item("a", ["n": 9]), if: fails)),
                ("an update", .update(key, Update().add("n", 1), if: fails)),
                ("a delete", .delete(key, if: fails)),
                ("a put of a new item", .put(trial.item("b"), if: attribute("pk").exists)),
            ] {
                await trial.log.expectError(subject, [.rejected], .conditionFailed) { try await trial.write(write) }
            }
            trial.log.expect("the item", try await trial.get(key), equals: item)
            trial.log.expect("the new item", try await trial.get(trial.key("b")), equals: nil)
        },
        Rule(name: "a failed condition tells the stored item, if anything") { trial in
            let item = trial.item("a", ["n": 1])
            try await trial.put(item)
            do {
                try await trial.write(.put(trial.item("a"), if: !attribute("n").exists))
                trial.log.fail("the write", expected: "conditionFailed", found: "success")
            } catch let error as BackendError {
                trial.log.expect("the stored item", error.storedItem ?? item, equals: item)
            }
        },
        Rule(name: "a write whose condition holds is done") { trial in
            let key = trial.key("a")
            try await trial.write(.put(trial.item("a", ["n": 1]), if: !attribute("pk").exists))
            await trial.log.expectError("creating it again", [.rejected], .conditionFailed) {
                try await trial.write(.put(trial.item("a", ["n": 2]), if: !attribute("pk").exists))
            }
            try await trial.write(.update(key, Update().add("n", 1), if: attribute("n") == 1 && attribute("n") < 2))
            trial.log.expect("the item", try await trial.get(key), equals: trial.item("a", ["n": 2]))
            try await trial.write(.delete(key, if: attribute("n").isIn([2, 3]) || attribute("x").exists))
            trial.log.expect("the deleted item", try await trial.get(key), equals: nil)
        },
        Rule(name: "conditions compare as DynamoDB does") { trial in
            let item = trial.item(
                "a",
                [
                    "text": "abc", "n": 10, "bytes": .binary([1, 2]), "list": [1, "x"], "map": ["k": "v"],
                    "set": .stringSet(["a", "b"]), "nothing": .null,
                ]
            )
            try await trial.put(item)
            let cases: [(String, Condition, Bool)] = [
                ("10 > 9 as numbers", attribute("n") > 9, true),
                ("a number is not a text", attribute("n") == "10", false),
                ("a missing attribute equals nothing", attribute("x") == 1, false),
                ("a missing attribute differs from everything", attribute("x") != 1, true),
                ("begins_with", attribute("text").beginsWith("ab"), true),
                ("contains a part", attribute("text").contains("bc"), true),
                ("contains an element", attribute("list").contains("x"), true),
                ("contains a member", attribute("set").contains("c"), false),
                ("between", attribute("n").between(10, 11), true),
                ("size", attribute("set").size == 2, true),
                ("a nested path", attribute(AttributePath("map").key("k")) == "v", true),
                ("a list element", attribute(AttributePath("list").index(5)).exists, false),
                ("null exists", attribute("nothing").exists, true),
                ("a type", attribute("nothing").hasType(.null), true),
                ("not", !(attribute("n") == 10), false),
            ]
            for (subject, condition, holds) in cases {
                do {
                    try await trial.write(.put(item, if: condition))
                    trial.log.expect(subject, holds, "that it fails", found: "that it holds")
                } catch let error as BackendError where error.code == .conditionFailed {
                    trial.log.expect(subject, !holds, "that it holds", found: "that it fails")
                }
            }
        },
        Rule(name: "of many that create the same item at once, one succeeds") { trial in
            let winners = await withTaskGroup(of: Bool.self) { group in
                for n in 0..<20 {
                    group.addTask {
                        let item = trial.item("a", ["n": .number(Number(n))])
                        let result = try? await trial.writePatiently(.put(item, if: !attribute("pk").exists))
                        return result != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            trial.log.expect("winners", winners, equals: 1)
        },
        Rule(name: "no increment is lost among many at once") { trial in
            let key = trial.key("counter")
            let failures = await withTaskGroup(of: (any Error)?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do {
                            try await trial.writePatiently(.update(key, Update().add("n", 1)))
                            return nil
                        } catch {
                            return error
                        }
                    }
                }
                return await group.reduce(into: []) { failures, failure in failures += [failure].compactMap(\.self) }
            }
            if let failure = failures.first { throw failure }
            trial.log.expect("the counter", try await trial.get(key)?["n"], equals: 50)
        },
    ]
}

extension BackendTrial {
    /// Writes, again as long as others are in the way.
    @discardableResult
    func writePatiently(_ write: Write) async throws -> WriteResult {
        for _ in 0..<100 {
            do {
                return try await self.write(write)
            } catch let error as BackendError where error.failure == .conflict || error.failure == .throttled {
                await Task.yield()
            }
        }
        return try await self.write(write)
    }
}
