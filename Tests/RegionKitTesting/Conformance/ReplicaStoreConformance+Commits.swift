internal import RegionKitCore

extension ReplicaStoreConformance {
    static let commitRules: [Rule] = [
        Rule(name: "a new store is empty, stands at the beginning and has an incarnation", isReady: false) { trial in
            let status = try await trial.status()
            trial.log.expect("the incarnation", status.head.incarnation != 0, "not 0")
            trial.log.expect("the log's end", status.head.sequence, equals: 0)
            trial.log.expect("its version", status.head.version, equals: nil)
            trial.log.expect("emptiness", status.isEmpty, equals: true)
            trial.log.expect("the cursors", status.cursors, equals: [:])
            trial.log.expect("the collection floor", status.collectionFloor, equals: nil)
            trial.log.expect("parked rows", status.parked, equals: 0)
        },
        Rule(name: "a commit is read back with its version and operation") { trial in
            let context = trial.context()
            let outcome = try await trial.commit(trial.put("a", ["n": 1]), in: context)
            let row = try await trial.load("a")
            trial.log.expect("the item", row?.item, equals: trial.item("a", ["n": 1]))
            trial.log.expect("the operation", row?.operation, equals: context.operation)
            trial.log.expect("the outcome", outcome, equals: row.map { .committed($0.version) } ?? .superseded)
            trial.log.expect("the origin", row?.version.origin, equals: Origin(trial.store.region))
            trial.log.expect("a key never written", try await trial.load("b"), equals: nil)
        },
        Rule(name: "a delete leaves a tombstone, also where nothing was") { trial in
            try await trial.committed(trial.put("a"))
            for name in ["a", "never"] {
                let version = try await trial.committed(trial.delete(name))
                let row = try await trial.load(name)
                trial.log.expect("the tombstone of \(name)", row?.version, equals: version)
                trial.log.expect("its item", row?.item, equals: nil)
            }
            let live = try await trial.store.rows(in: ReplicaRange(.partition("items")), limit: 10, in: trial.context())
            trial.log.expect("live rows", live.count, equals: 0)
            trial.log.expect("all rows", try await trial.allRows().count, equals: 2)
        },
        Rule(name: "a commit is done only if every expectation holds, and then altogether") { trial in
            let version = try await trial.committed(trial.put("a", ["n": 1]))
            let head = try await trial.status().head
            let other = trial.version(-1000)
            for (subject, change) in [
                ("another version", trial.put("a", expecting: .version(other))),
                ("absent where a row is", trial.put("a", expecting: .absent)),
                ("a version where nothing is", trial.put("c", expecting: .version(version))),
                (
                    "a check of another version",
                    ReplicaCommit.Change(key: trial.key("a"), expected: .version(other), effect: .none)
                ),
            ] {
                let outcome = try await trial.commit(trial.put("b"), change)
                trial.log.expect(subject, outcome, equals: .superseded)
            }
            trial.log.expect("the other change's row", try await trial.load("b"), equals: nil)
            trial.log.expect("the row", try await trial.load("a")?.version, equals: version)
            trial.log.expect("the log's end", try await trial.status().head, equals: head)
            let check = ReplicaCommit.Change(key: trial.key("a"), expected: .version(version), effect: .none)
            let done = try await trial.committed(check, trial.put("b", expecting: .absent))
            trial.log.expect("the checked row's version", try await trial.load("a")?.version, equals: version)
            trial.log.expect("the written row's version", try await trial.load("b")?.version, equals: done)
            trial.log.expect("entries", try await trial.status().head.sequence, equals: head.sequence + 1)
            let deleted = try await trial.committed(trial.delete("a", expecting: .version(version)))
            let again = try await trial.commit(trial.put("a", expecting: .absent))
            trial.log.expect("absent where a tombstone is", again, equals: .superseded)
            try await trial.committed(trial.put("a", expecting: .version(deleted)))
        },
        Rule(name: "versions strictly increase, and the clock with them (C1)") { trial in
            var last = Version(timestamp: .zero, origin: Origin(rawValue: 0))
            for n in 0..<20 {
                let version = try await trial.committed(n % 2 == 0 ? trial.put("a") : trial.delete("b"))
                trial.log.expect("version \(n)", version > last, "above \(last)", found: version)
                last = version
            }
            trial.log.expect("the clock", try await trial.status().clock >= last.timestamp, "at least \(last)")
        },
        Rule(name: "a commit's version lies above its floor, and so do all later ones (F4)") { trial in
            let floor = HybridTimestamp(milliseconds: trial.time.wallMilliseconds + 5000, counter: 9)
            try await trial.commit(trial.put("a"), in: trial.context(clockFloor: floor))
            let first = try await trial.load("a")?.version.timestamp ?? .zero
            trial.log.expect("the version", first > floor, "above \(floor)", found: first)
            let second = try await trial.committed(trial.put("b")).timestamp
            trial.log.expect("the next version", second > first, "above \(first)", found: second)
        },
        Rule(name: "a commit after its deadline does nothing (F4b)", applies: { $0.refusesLateWrites }) { trial in
            let head = try await trial.status().head
            await trial.log.expectError("the commit", [.expired]) {
                try await trial.commit(trial.put("a"), in: trial.context(for: .milliseconds(-10)))
            }
            trial.log.expect("the row", try await trial.load("a"), equals: nil)
            trial.log.expect("the log's end", try await trial.status().head, equals: head)
        },
        Rule(name: "of many commits at once that expect the same, one is done") { trial in
            let version = try await trial.committed(trial.put("a"))
            let outcomes = await withTaskGroup(of: CommitOutcome?.self) { group in
                for n in 0..<20 {
                    group.addTask {
                        try? await trial.commit(
                            trial.put("a", ["n": .number(Number(n))], expecting: .version(version))
                        )
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let committed = outcomes.count { if case .committed = $0 { true } else { false } }
            trial.log.expect("commits done", committed, equals: 1)
            trial.log.expect("commits superseded", outcomes.count { $0 == .superseded }, equals: 19)
        },
    ]

    static let operationRules: [Rule] = [
        Rule(name: "a commit repeated with the same id is done once (F4)") { trial in
            let context = trial.context()
            try await trial.commit(trial.put("a", ["n": 1]), in: context)
            let version = try await trial.load("a")?.version
            try await trial.committed(trial.put("a", ["n": 2]))
            let outcome = try await trial.commit(trial.put("a", ["n": 1]), in: context)
            trial.log.expect("the repeat", outcome, equals: version.map { .repeated($0) } ?? .refused)
            trial.log.expect("the item", try await trial.load("a")?.item?["n"], equals: 2)
            trial.log.expect("the log's end", try await trial.status().head.sequence, equals: 2)
        },
        Rule(name: "an id used with another digest is refused (F4b)") { trial in
            let context = trial.context()
            try await trial.commit(trial.put("a"), in: context)
            for changes in [[trial.put("b")], []] {
                await trial.log.expectError("another digest", [.rejected], .idempotencyMismatch) {
                    try await trial.store.commit(ReplicaCommit(changes: changes, digest: 2), in: context)
                }
            }
            trial.log.expect("the row", try await trial.load("b"), equals: nil)
        },
        Rule(name: "a superseded commit is not remembered") { trial in
            let context = trial.context()
            let outcome = try await trial.commit(
                trial.put("a", expecting: .version(trial.version(0))),
                in: context
            )
            trial.log.expect("the first", outcome, equals: .superseded)
            try await trial.commit(trial.put("a"), in: context)
            trial.log.expect("the row after the second", try await trial.load("a") != nil, "one")
        },
        Rule(name: "a refusal stands (F4)") { trial in
            let context = trial.context()
            let refusal = try await trial.store.commit(.refusal(digest: 1), in: context)
            trial.log.expect("the refusal", refusal, equals: .refused)
            let late = try await trial.commit(trial.put("a"), in: context)
            trial.log.expect("the commit after it", late, equals: .refused)
            trial.log.expect("the row", try await trial.load("a"), equals: nil)
            let again = try await trial.store.commit(.refusal(digest: 1), in: context)
            trial.log.expect("the refusal again", again, equals: .refused)
            trial.log.expect("the log's end", try await trial.status().head.sequence, equals: 0)
        },
        Rule(name: "a refusal of what was done answers with its version (F4)") { trial in
            let context = trial.context()
            let outcome = try await trial.commit(trial.put("a"), in: context)
            guard case .committed(let version) = outcome else {
                return trial.log.fail("the commit", expected: ".committed", found: "\(outcome)")
            }
            let refusal = try await trial.store.commit(.refusal(digest: 1), in: context)
            trial.log.expect("the refusal", refusal, equals: .repeated(version))
        },
        Rule(name: "many commits with one id at once are done once (F4)") { trial in
            let context = trial.context()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { _ = try? await trial.commit(trial.put("a"), in: context) } }
            }
            trial.log.expect("the log's end", try await trial.status().head.sequence, equals: 1)
        },
    ]
}
