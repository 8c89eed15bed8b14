internal import RegionKitCore

extension ReplicaStoreConformance {
    static let applyRules: [Rule] = [
        Rule(name: "the higher version wins, tombstones included (C5)") { trial in
            let (old, middle, new) = (trial.version(-3000), trial.version(-2000), trial.version(-1000))
            func expect(_ subject: String, _ row: ReplicaRow, applied: Int, _ expected: ReplicaRow) async throws {
                let outcome = try await trial.apply([row])
                trial.log.expect("rows replaced by \(subject)", outcome.applied, equals: applied)
                trial.log.expect("the row after \(subject)", try await trial.load("a"), equals: expected)
            }
            let first = trial.row("a", middle, ["n": 1])
            try await expect("a first put", first, applied: 1, first)
            try await expect("an older put", trial.row("a", old, ["n": 0]), applied: 0, first)
            try await expect("the same row again", first, applied: 0, first)
            try await expect("an older tombstone", trial.row("a", old, nil), applied: 0, first)
            let tombstone = trial.row("a", new, nil)
            try await expect("a newer tombstone", tombstone, applied: 1, tombstone)
            try await expect("an older put after the tombstone", first, applied: 0, tombstone)
            let last = trial.row(
                "a",
                Version(timestamp: new.timestamp, origin: Origin(rawValue: new.origin.rawValue + 1)),
                ["n": 9]
            )
            try await expect("a put of the same time and a higher origin", last, applied: 1, last)
        },
        Rule(name: "versions compare as numbers, not as text (C1)") { trial in
            let low = Version(timestamp: HybridTimestamp(milliseconds: 999, counter: 10), origin: Origin(rawValue: 9))
            let high = Version(timestamp: HybridTimestamp(milliseconds: 1000, counter: 9), origin: Origin(rawValue: 1))
            let higher = Version(
                timestamp: HybridTimestamp(milliseconds: 1000, counter: 10),
                origin: Origin(rawValue: 1)
            )
            let highest = Version(timestamp: higher.timestamp, origin: Origin(rawValue: 0xFFFF_FFFF_FFFF))
            for version in [high, low, highest, higher] { try await trial.apply([trial.row("a", version, [:])]) }
            trial.log.expect("the version", try await trial.load("a")?.version, equals: highest)
        },
        Rule(name: "applying is commutative and idempotent: any order, any repeats, one state (C5, fault 17)") {
            trial in
            var generator = SeededGenerator(seed: 17)
            for round in 0..<15 {
                var rows: [ReplicaRow] = []
                for counter in 0..<24 as Range<UInt32> {
                    let name = "round-\(round)-\(Int.random(in: 0..<6, using: &generator))"
                    let isDeleted = Int.random(in: 0..<3, using: &generator) == 0
                    let version = trial.version(
                        -Int64.random(in: 1...5, using: &generator),
                        counter: counter,
                        of: Region("origin-\(counter % 3)")
                    )
                    rows.append(trial.row(name, version, isDeleted ? nil : ["n": .number(Number(Int(counter)))]))
                }
                let newest = Dictionary(rows.map { ($0.key, $0) }) { $0.version > $1.version ? $0 : $1 }
                var deliveries = rows.shuffled(using: &generator)
                deliveries += rows.shuffled(using: &generator).prefix(12)
                while !deliveries.isEmpty {
                    let count = min(deliveries.count, .random(in: 1...7, using: &generator))
                    try await trial.apply(Array(deliveries.prefix(count)))
                    deliveries.removeFirst(count)
                }
                for (key, row) in newest {
                    let found = try await trial.store.load(key, .consistent, in: trial.context())
                    trial.log.expect("the row after shuffle \(round)", found, equals: row)
                }
            }
        },
        Rule(name: "a cursor moves only from where it stands, and with its rows (C5)") { trial in
            let peer = ReplicaStoreTrial.peer
            let (one, two) = (
                ReplicaCursor(incarnation: 5, sequence: 1, version: trial.version(-1000)),
                ReplicaCursor(incarnation: 5, sequence: 2, version: trial.version(-900))
            )
            let first = try await trial.apply([trial.row("a", trial.version(-1000), [:])], from: .start, to: one)
            trial.log.expect("a move from the start", first.moved, equals: true)
            trial.log.expect("the cursor", try await trial.status().cursors[peer], equals: one)
            let second = try await trial.apply([trial.row("b", trial.version(-900), [:])], from: .start, to: two)
            trial.log.expect("a move from elsewhere", second.moved, equals: false)
            trial.log.expect("the row of a refused move", try await trial.load("b"), equals: nil)
            trial.log.expect("the cursor after it", try await trial.status().cursors[peer], equals: one)
            try await trial.apply([trial.row("c", trial.version(-800), [:])], from: nil, to: two)
            trial.log.expect(
                "the cursor after rows without a move",
                try await trial.status().cursors[peer],
                equals: one
            )
            trial.log.expect("their row", try await trial.load("c") != nil, "one")
            try await trial.apply([], from: one, to: two)
            trial.log.expect("the cursor moved on", try await trial.status().cursors[peer], equals: two)
            try await trial.apply([], from: two, to: .start)
            trial.log.expect("the cursor moved to the start", try await trial.status().cursors[peer], equals: nil)
        },
        Rule(name: "applied rows enter the indexes and leave them, but not the log") { trial in
            try await trial.committed(trial.put("own", ["owner": "one"]))
            let head = try await trial.status().head
            try await trial.apply([trial.row("a", trial.version(-100), ["owner": "one"])])
            trial.log.expect("the index", try await trial.indexed("one"), equals: ["a", "own"])
            try await trial.apply([trial.row("a", trial.version(-50), ["owner": "two"])])
            trial.log.expect("the index left", try await trial.indexed("one"), equals: ["own"])
            trial.log.expect("the index entered", try await trial.indexed("two"), equals: ["a"])
            try await trial.apply([trial.row("a", trial.version(-10), nil)])
            trial.log.expect("the index after a tombstone", try await trial.indexed("two"), equals: [])
            trial.log.expect("the log's end", try await trial.status().head, equals: head)
        },
        Rule(name: "a write is newer than everything applied before, whatever the clocks say (C1)") { trial in
            let ahead = trial.version(30_000, counter: 4)
            try await trial.apply([trial.row("a", ahead, ["n": 1])])
            let version = try await trial.committed(trial.put("a", ["n": 2]))
            trial.log.expect("the version", version > ahead, "above \(ahead)", found: version)
            trial.log.expect("the clock", try await trial.status().clock >= version.timestamp, "at least \(version)")
        },
        Rule(name: "rows too far ahead are parked, and applied when they are due (C1)") { trial in
            let peer = ReplicaStoreTrial.peer
            let far = trial.version(100_000)
            let cursor = ReplicaCursor(incarnation: 5, sequence: 2, version: far)
            let rows = [trial.row("now", trial.version(-10), [:]), trial.row("far", far, ["owner": "one"])]
            let outcome = try await trial.apply(rows, from: .start, to: cursor)
            trial.log.expect(
                "the outcome",
                outcome,
                equals: ApplicationOutcome(moved: true, applied: 1, parked: 1)
            )
            trial.log.expect("the cursor", try await trial.status().cursors[peer], equals: cursor)
            trial.log.expect("the parked row", try await trial.load("far"), equals: nil)
            let version = try await trial.committed(trial.put("own"))
            trial.log.expect("a version stamped meanwhile", version < far, "below \(far)", found: version)
            let again = try await trial.apply([rows[1]])
            trial.log.expect("rows parked after a repeat", again.parked, equals: 1)
            let due = try await trial.apply([], from: cursor, to: cursor, maximumDrift: .seconds(200))
            trial.log.expect(
                "the outcome when it is due",
                due,
                equals: ApplicationOutcome(moved: true, applied: 1, parked: 0)
            )
            trial.log.expect("the row", try await trial.load("far"), equals: rows[1])
            trial.log.expect("the index", try await trial.indexed("one"), equals: ["far"])
            trial.log.expect("parked rows", try await trial.status().parked, equals: 0)
            let later = try await trial.committed(trial.put("own"))
            trial.log.expect("a version stamped afterwards", later > far, "above \(far)", found: later)
        },
        Rule(name: "a purge removes rows altogether, but none above its bound (C5)") { trial in
            let (low, high) = (trial.version(-2000), trial.version(-1000))
            try await trial.apply([
                trial.row("old", low, ["owner": "one"]), trial.row("new", high, ["owner": "one"]),
                trial.row("kept", low, ["owner": "one"]),
            ])
            let keys = [trial.key("old"), trial.key("new"), trial.key("missing")]
            try await trial.apply([], purge: keys, purgeBound: low)
            trial.log.expect("the old row", try await trial.load("old"), equals: nil)
            trial.log.expect("the new row", try await trial.load("new")?.version, equals: high)
            trial.log.expect("the index", try await trial.indexed("one"), equals: ["kept", "new"])
            trial.log.expect("the floor", try await trial.status().collectionFloor, equals: low)
            try await trial.apply([], purge: [], purgeBound: high)
            trial.log.expect("the floor after another", try await trial.status().collectionFloor, equals: high)
            try await trial.apply([], purge: [], purgeBound: low)
            trial.log.expect("the floor after a lower one", try await trial.status().collectionFloor, equals: high)
        },
    ]
}
