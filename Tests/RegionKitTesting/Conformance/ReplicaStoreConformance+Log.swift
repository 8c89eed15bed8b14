internal import RegionKitCore

extension ReplicaStoreConformance {
    static let logRules: [Rule] = [
        Rule(name: "the log numbers changes without holes, in the order of their versions") { trial in
            for n in 0..<4 { try await trial.committed(trial.put("item-\(n)")) }
            try await trial.committed(trial.put("item-4"), trial.delete("item-0"))
            let head = try await trial.status().head
            trial.log.expect("the log's end", head.sequence, equals: 6)
            let fresh = ReplicaCursor(incarnation: head.incarnation, sequence: 0, version: nil)
            for start in [ReplicaCursor.start, fresh] {
                var (cursor, names, calls) = (start, [String?](), 0)
                while calls < 20 {
                    calls += 1
                    guard case .entries(let rows, let next) = try await trial.changes(after: cursor, limit: 2) else {
                        return trial.log.fail("the log after \(cursor)", expected: "entries", found: "others")
                    }
                    trial.log.expect("entries at once", rows.count <= 2, "at most 2", found: rows.count)
                    guard !rows.isEmpty else {
                        trial.log.expect("the cursor at the end", next, equals: head)
                        break
                    }
                    names += rows.map(\.key.sort?.string)
                    cursor = next
                }
                trial.log.expect(
                    "the keys",
                    names.prefix(4) + names.dropFirst(4).sorted { ($0 ?? "") < ($1 ?? "") },
                    equals: ["item-0", "item-1", "item-2", "item-3", "item-0", "item-4"]
                )
                trial.log.expect("the last cursor", cursor, equals: head)
            }
        },
        Rule(name: "commits at once are numbered in the order of their versions") { trial in
            await withTaskGroup(of: Void.self) { group in
                for n in 0..<50 { group.addTask { _ = try? await trial.commit(trial.put("item-\(n)")) } }
            }
            guard case .entries(let rows, let end) = try await trial.changes(after: .start) else {
                return trial.log.fail("the log", expected: "entries", found: "others")
            }
            trial.log.expect("entries", rows.count, equals: 50)
            trial.log.expect("the end", end.sequence, equals: 50)
            trial.log.expect("versions", rows.map(\.version), equals: rows.map(\.version).sorted())
            trial.log.expect("different versions", Set(rows.map(\.version)).count, equals: 50)
        },
        Rule(name: "a cursor that the log does not lead on from is recognised (C5)") { trial in
            for n in 0..<4 { try await trial.committed(trial.put("item-\(n)")) }
            let head = try await trial.status().head
            func expect(_ subject: String, _ cursor: ReplicaCursor, _ expected: ChangeBatch) async throws {
                trial.log.expect(subject, try await trial.changes(after: cursor), equals: expected)
            }
            var cursor = head
            cursor.sequence += 1
            try await expect("a cursor beyond the end", cursor, .diverged)
            cursor = head
            cursor.version = trial.version(-500_000)
            try await expect("a cursor with another version", cursor, .diverged)
            cursor = head
            cursor.incarnation += 1
            try await expect("a cursor of a later incarnation", cursor, .diverged)
            cursor.incarnation = head.incarnation - 1
            try await expect("a cursor of an earlier incarnation", cursor, .gap(head))
            try await expect("a cursor at the end", head, .entries([], head))
        },
        Rule(name: "what every peer has applied leaves the log, and a cursor before it is a gap (C5)") { trial in
            for n in 0..<5 { try await trial.committed(trial.put("item-\(n)")) }
            guard case .entries(_, let second) = try await trial.changes(after: .start, limit: 2),
                case .entries(_, let third) = try await trial.changes(after: second, limit: 1)
            else { return trial.log.fail("the log", expected: "entries", found: "others") }
            try await trial.store.collect(
                ReplicaCollection(logThrough: 3, tombstonesThrough: .zero),
                in: trial.context()
            )
            try await trial.expectGap("the beginning", after: .start)
            try await trial.expectGap("a cursor before the kept log", after: second)
            guard case .entries(let rows, let end) = try await trial.changes(after: third) else {
                return trial.log.fail("a cursor at the kept log", expected: "entries", found: "others")
            }
            trial.log.expect("the keys", rows.map(\.key.sort), equals: ["item-3", "item-4"])
            trial.log.expect("the end", end, equals: try await trial.status().head)
            var other = third
            other.version = trial.version(-500_000)
            trial.log.expect("another version there", try await trial.changes(after: other), equals: .diverged)
            try await trial.store.collect(
                ReplicaCollection(logThrough: 5, tombstonesThrough: .zero),
                in: trial.context()
            )
            trial.log.expect("an emptied log", try await trial.changes(after: end), equals: .entries([], end))
            try await trial.committed(trial.put("later"))
            trial.log.expect("the next number", try await trial.status().head.sequence, equals: 6)
        },
        Rule(name: "tombstones go up to the time given, and the floor rises (C5)") { trial in
            let foreign = trial.version(-10_000)
            try await trial.apply([trial.row("foreign", foreign, nil), trial.row("alive", trial.version(-9000), [:])])
            let deleted = try await trial.committed(trial.delete("own"))
            let later = try await trial.committed(trial.delete("later"))
            func collect(through time: HybridTimestamp) async throws -> [String] {
                try await trial.store.collect(
                    ReplicaCollection(logThrough: 0, tombstonesThrough: time),
                    in: trial.context()
                )
                return try await trial.allRows().compactMap { $0.key.sort?.string }.sorted()
            }
            let all = ["alive", "foreign", "later", "own"]
            trial.log.expect("rows when none may go", try await collect(through: .zero), equals: all)
            trial.log.expect("the floor then", try await trial.status().collectionFloor, equals: nil)
            trial.log.expect(
                "rows that stay",
                try await collect(through: deleted.timestamp),
                equals: ["alive", "later"]
            )
            let floor = ReplicaCollection(logThrough: 0, tombstonesThrough: deleted.timestamp).floor
            trial.log.expect("the floor", try await trial.status().collectionFloor, equals: floor)
            trial.log.expect("a collected key", try await trial.load("own"), equals: nil)
            trial.log.expect(
                "rows that stay",
                try await collect(through: foreign.timestamp),
                equals: ["alive", "later"]
            )
            trial.log.expect("the floor after an earlier time", try await trial.status().collectionFloor, equals: floor)
            trial.log.expect("rows at last", try await collect(through: later.timestamp), equals: ["alive"])
            try await trial.committed(trial.put("own", expecting: .absent))
        },
        Rule(name: "versions of all rows are met once, in pages, deleted ones too (C5)") { trial in
            for n in 0..<11 { try await trial.committed(trial.put("item-\(n)")) }
            try await trial.committed(trial.delete("item-5"))
            try await trial.apply([trial.row("foreign", trial.version(-10), [:])])
            var (names, last) = ([String](), Key?.none)
            while names.count < 100 {
                let page = try await trial.store.versions(after: last, limit: 4, in: trial.context())
                for row in page {
                    let found = try await trial.store.load(row.key, .consistent, in: trial.context())
                    trial.log.expect("a version", row.version, equals: found?.version)
                }
                names += page.compactMap(\.key.sort?.string)
                guard page.count == 4 else { break }
                last = page.last?.key
            }
            trial.log.expect("the keys", names.sorted(), equals: ((0..<11).map { "item-\($0)" } + ["foreign"]).sorted())
        },
        Rule(name: "rows and versions of keys are found, those never written are left out (C5)") { trial in
            let version = try await trial.committed(trial.put("b"))
            let deletion = try await trial.committed(trial.delete("a"))
            let foreign = trial.row("c", trial.version(-10), ["n": 7])
            try await trial.apply([foreign])
            let keys = ["c", "never", "a", "b"].map { trial.key($0) }
            let versions = try await trial.store.versions(of: keys, in: trial.context())
            let expected = [("c", foreign.version), ("a", deletion), ("b", version)]
                .map { RowVersion(key: trial.key($0.0), version: $0.1) }
            trial.log.expect("the versions", Set(versions), equals: Set(expected))
            let rows = try await trial.store.rows(of: keys, in: trial.context())
            var loaded: [ReplicaRow] = []
            for name in ["c", "a", "b"] { if let row = try await trial.load(name) { loaded.append(row) } }
            trial.log.expect("the rows", rows, equals: loaded)
            trial.log.expect("the foreign row", rows.first, equals: foreign)
            for keys in [[], [trial.key("never")]] {
                let versions = try await trial.store.versions(of: keys, in: trial.context())
                trial.log.expect("no versions", versions, equals: [])
                let rows = try await trial.store.rows(of: keys, in: trial.context())
                trial.log.expect("no rows", rows, equals: [])
            }
        },
        Rule(name: "many long rows of keys are had in several answers (C5)") { trial in
            let text = AttributeValue.string(String(repeating: "x", count: 200_000))
            let rows = (0..<12).map { trial.row("long-\($0)", trial.version(Int64($0) - 100), ["text": text]) }
            for row in rows { try await trial.apply([row]) }
            var left = rows.map(\.key)[...]
            var (found, most) = ([ReplicaRow](), 0)
            while !left.isEmpty {
                let answer = try await trial.store.rows(of: Array(left), in: trial.context())
                guard let end = answer.last.flatMap({ left.firstIndex(of: $0.key) }) else { break }
                found += answer
                most = max(most, answer.count)
                left = left[(end + 1)...]
            }
            trial.log.expect("the rows", found == rows, "all, in order")
            trial.log.expect("rows of 200,000 bytes in one answer", most <= 7, "at most 7", found: most)
        },
    ]
}
