internal import RegionKitCore

extension ReplicaStoreConformance {
    static let lifeRules: [Rule] = [
        Rule(name: "a region that is not ready takes no writes, but foreign rows (C5)") { trial in
            try await trial.committed(trial.put("a"))
            try await trial.beginIncarnation()
            trial.log.expect("readiness", try await trial.status().isReady, equals: false)
            await trial.log.expectError("a commit", [.unavailable], .notReady) {
                try await trial.commit(trial.put("b"))
            }
            trial.log.expect("a read", try await trial.load("a") != nil, "a row")
            let outcome = try await trial.apply([trial.row("c", trial.version(-10), [:])])
            trial.log.expect("rows applied", outcome.applied, equals: 1)
            trial.log.expect("all rows", try await trial.allRows().count, equals: 2)
            try await trial.markReady()
            try await trial.committed(trial.put("b"))
        },
        Rule(name: "a new incarnation is higher, forgets log and cursors, and keeps rows, clock and floor (C5)") {
            trial in
            let cursor = ReplicaCursor(incarnation: 5, sequence: 7, version: trial.version(-100))
            let floor = trial.version(-5000)
            let version = try await trial.committed(trial.put("a"))
            try await trial.committed(trial.put("b"))
            try await trial.apply([], from: .start, to: cursor)
            try await trial.apply([], purge: [], purgeBound: floor)
            let before = try await trial.status()
            try await trial.beginIncarnation()
            let after = try await trial.status()
            trial.log.expect("the incarnation", after.head.incarnation > before.head.incarnation, "a higher one")
            trial.log.expect("the cursors", after.cursors, equals: [:])
            trial.log.expect("the clock", after.clock >= before.clock, "no lower one", found: after.clock)
            trial.log.expect("the floor", after.collectionFloor, equals: floor)
            trial.log.expect("a row", try await trial.load("a")?.version, equals: version)
            try await trial.expectGap("the old head", after: before.head)
            try await trial.expectGap("the beginning", after: .start)
            try await trial.markReady()
            try await trial.committed(trial.put("c"))
            let head = try await trial.status().head
            trial.log.expect("the next number", head.sequence, equals: before.head.sequence + 1)
            guard case .entries(let rows, let end) = try await trial.changes(after: after.head) else {
                return trial.log.fail("the log after the new head", expected: "entries", found: "others")
            }
            trial.log.expect("its keys", rows.map(\.key.sort), equals: ["c"])
            trial.log.expect("its end", end, equals: head)
        },
        Rule(name: "an incarnation is replaced or made ready only by one who knows it") { trial in
            let before = try await trial.status()
            let other = before.head.incarnation - 1
            try await trial.store.beginIncarnation(replacing: other, in: trial.context())
            trial.log.expect("after replacing another", try await trial.status(), equals: before)
            try await trial.beginIncarnation()
            try await trial.store.markReady(before.head.incarnation, in: trial.context())
            trial.log.expect("readiness by another", try await trial.status().isReady, equals: false)
        },
        Rule(name: "a probe of a region that works succeeds") { trial in
            _ = try await trial.store.probe(in: trial.context(for: .seconds(2)))
        },
        Rule(name: "after shutdown every call fails as closed") { trial in
            try await trial.committed(trial.put("a"))
            await trial.store.shutdown()
            await trial.store.shutdown()
            await trial.log.expectError("a load", [.notSent], .closed) { try await trial.load("a") }
            await trial.log.expectError("a commit", [.notSent], .closed) { try await trial.commit(trial.put("b")) }
            await trial.log.expectError("a status", [.notSent], .closed) { try await trial.status() }
            await trial.log.expectError("a read of the log", [.notSent], .closed) {
                try await trial.changes(after: .start)
            }
            await trial.log.expectError("an application", [.notSent], .closed) { try await trial.apply([]) }
            await trial.log.expectError("a lease", [.notSent], .closed) { try await trial.lease("a", to: 1) }
            await trial.log.expectError("a probe", [.notSent], .closed) {
                try await trial.store.probe(in: trial.context())
            }
        },
    ]
}
