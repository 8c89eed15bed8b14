internal import RegionKitCore

extension BackendConformance {
    private static let deduplicates: @Sendable (BackendCapabilities) -> Bool = { $0.deduplicatesWrites }
    private static let versions: @Sendable (BackendCapabilities) -> Bool = { $0.versionsWrites }

    static let operationRules: [Rule] = [
        Rule(name: "a write repeated with the same id is done once (F4)", applies: deduplicates) { trial in
            let key = trial.key("counter")
            let write = Write.update(key, Update().add("n", 1))
            let context = trial.context()
            let first = try await trial.write(write, in: context)
            for mayHaveRun in [false, true] {
                let again = trial.context(operation: context.operation, mayHaveRun: mayHaveRun)
                let repeated = try await trial.write(write, in: again)
                trial.log.expect("the version of a repeat", repeated.version, equals: first.version)
            }
            trial.log.expect("the counter", try await trial.get(key)?["n"], equals: 1)
        },
        Rule(name: "a repeat does not undo later writes (F4)", applies: deduplicates) { trial in
            let context = trial.context()
            let write = Write.put(trial.item("a", ["n": 1]))
            try await trial.write(write, in: context)
            try await trial.put(trial.item("a", ["n": 2]))
            try await trial.write(write, in: trial.context(operation: context.operation, mayHaveRun: true))
            trial.log.expect("the item", try await trial.get(trial.key("a"))?["n"], equals: 2)
        },
        Rule(name: "an id used for another request is refused (F4b)", applies: deduplicates) { trial in
            let context = trial.context()
            try await trial.write(.put(trial.item("a", ["n": 1])), in: context)
            for (subject, write) in [
                ("another item", Write.put(trial.item("a", ["n": 2]))),
                ("another key", .put(trial.item("b", ["n": 1]))),
                ("another action", .delete(trial.key("a"))),
                ("another condition", .put(trial.item("a", ["n": 1]), if: attribute("n").exists)),
            ] {
                await trial.log.expectError(subject, [.rejected], .idempotencyMismatch) {
                    try await trial.write(write, in: trial.context(operation: context.operation))
                }
            }
            trial.log.expect("the item", try await trial.get(trial.key("a"))?["n"], equals: 1)
        },
        Rule(name: "a repeat of a conditional write that was done is a success (F4)", applies: deduplicates) { trial in
            let context = trial.context()
            let write = Write.put(trial.item("a"), if: !attribute("pk").exists)
            let first = try await trial.write(write, in: context)
            let again = trial.context(operation: context.operation, mayHaveRun: true)
            let repeated = try await trial.write(write, in: again)
            trial.log.expect("the version", repeated.version, equals: first.version)
        },
        Rule(name: "the refusal of a repeat stands, and a late first attempt cannot land (F4)", applies: deduplicates) {
            trial in
            try await trial.put(trial.item("a", ["state": "busy"]))
            let write = Write.update(trial.key("a"), Update().set("owner", "late"), if: attribute("state") == "ready")
            let context = trial.context(mayHaveRun: true)
            await trial.log.expectError("the repeat", [.rejected], .conditionFailed) {
                try await trial.write(write, in: context)
            }
            try await trial.put(trial.item("a", ["state": "ready"]))
            for mayHaveRun in [false, true] {
                await trial.log.expectError("the first attempt, late", [.rejected], .conditionFailed) {
                    try await trial.write(
                        write,
                        in: trial.context(operation: context.operation, mayHaveRun: mayHaveRun)
                    )
                }
            }
            trial.log.expect(
                "the item",
                try await trial.get(trial.key("a")),
                equals: trial.item("a", ["state": "ready"])
            )
        },
        Rule(name: "many attempts with one id at once are done once (F4)", applies: deduplicates) { trial in
            let context = trial.context(mayHaveRun: true)
            let versions = await withTaskGroup(of: Version?.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        let write = Write.update(trial.key("counter"), Update().add("n", 1))
                        return try? await trial.write(write, in: context).version
                    }
                }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
            trial.log.expect("different versions", versions.count, equals: 1)
            trial.log.expect("the counter", try await trial.get(trial.key("counter"))?["n"], equals: 1)
        },
        Rule(name: "a batch repeated with the same id is done once (F4)", applies: deduplicates) { trial in
            let context = trial.context()
            let writes = (0..<3).map { Write.put(trial.item("item-\($0)", ["n": 1])) }
            let first = try await trial.backend.perform(.batchWrite(writes), in: context)
            try await trial.put(trial.item("item-1", ["n": 2]))
            let again = trial.context(operation: context.operation, mayHaveRun: true)
            trial.log.expect(
                "the repeat",
                try await trial.backend.perform(.batchWrite(writes), in: again),
                equals: first
            )
            trial.log.expect("the item", try await trial.get(trial.key("item-1"))?["n"], equals: 2)
        },
        Rule(name: "what became of a write is told, and one that was not done never is (F4)", applies: deduplicates) {
            trial in
            let (context, write) = (trial.context(), Write.update(trial.key("a"), Update().add("n", 1)))
            let version = try await trial.write(write, in: context).version
            try await trial.write(write)
            for _ in 0..<2 {
                let outcome = try await trial.outcome(of: write, context)
                trial.log.expect("what became of a write that was done", outcome, equals: .applied(version))
            }
            let late = trial.context()
            for _ in 0..<2 {
                let outcome = try await trial.outcome(of: write, late)
                trial.log.expect("what became of a write that did not arrive", outcome, equals: .notApplied)
            }
            for mayHaveRun in [false, true] {
                await trial.log.expectError("the write, late", [.rejected], .conditionFailed) {
                    try await trial.write(
                        write,
                        in: trial.context(operation: late.operation, mayHaveRun: mayHaveRun)
                    )
                }
            }
            trial.log.expect("the counter", try await trial.get(trial.key("a"))?["n"], equals: 2)
        },
        Rule(name: "what became of a write is not guessed (F4)") { trial in
            let (context, write) = (trial.context(), Write.put(trial.item("a")))
            let version = try await trial.write(write, in: context).version
            let outcome = try await trial.outcome(of: write, context)
            trial.log.expect(
                "what became of a write that was done",
                outcome == .applied(version) || outcome == .stillUnknown,
                "applied as \(version as Any), or unknown",
                found: outcome
            )
            let never = try await trial.outcome(of: write, trial.context())
            trial.log.expect(
                "what became of a write that did not arrive",
                never == .notApplied || never == .stillUnknown,
                "not applied, or unknown",
                found: never
            )
        },
        Rule(name: "a write after its time is refused (F4b)", applies: { $0.refusesLateWrites }) { trial in
            let late = trial.context(for: .milliseconds(-10))
            for (subject, write) in [
                ("a put", Write.put(trial.item("a"))), ("an update", .update(trial.key("a"), Update().add("n", 1))),
                ("a conditional put", .put(trial.item("a"), if: !attribute("pk").exists)),
            ] {
                await trial.log.expectError(subject, [.expired, .notSent]) { try await trial.write(write, in: late) }
            }
            trial.log.expect("the item", try await trial.get(trial.key("a")), equals: nil)
        },
        Rule(name: "versions strictly increase (C1)", applies: versions) { trial in
            var last: Version?
            for n in 0..<20 {
                let write: Write =
                    switch n % 3 {
                    case 0: .put(trial.item("a"))
                    case 1: .update(trial.key("a"), Update().add("n", 1))
                    default: .delete(trial.key("a"))
                    }
                let version = try await trial.write(write).version
                trial.log.expect("write \(n)", version != nil, "a version")
                if let version, let last {
                    trial.log.expect("write \(n)", version > last, "a version above \(last)", found: version)
                }
                last = version ?? last
                if n % 3 != 2 {
                    trial.log.expect("the version read", try await trial.read(trial.key("a")).version, equals: version)
                }
            }
        },
        Rule(name: "a write's version lies above the floor that its context sets (F4)", applies: versions) { trial in
            let floor = HybridTimestamp(milliseconds: trial.time.wallMilliseconds + 5000, counter: 7)
            let version = try await trial.write(.put(trial.item("a")), in: trial.context(clockFloor: floor)).version
            trial.log.expect(
                "the version",
                version.map { $0.timestamp > floor } ?? false,
                "one above \(floor)",
                found: version as Any
            )
            let next = try await trial.write(.put(trial.item("b"))).version
            trial.log.expect(
                "the next version",
                (next?.timestamp ?? .zero) > floor,
                "one above \(floor)",
                found: next as Any
            )
        },
    ]
}
