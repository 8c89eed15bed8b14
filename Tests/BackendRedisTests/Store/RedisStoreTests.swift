import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisStoreTests {
    @Test func `scripts that the server forgot are given to it again, and nothing is done twice`() async throws {
        try await withStore { server, store in
            for number in 0..<5 {
                try server.command("SCRIPT", "FLUSH")
                try await store.put(.test("\(number)"))
                try server.command("SCRIPT", "FLUSH")
                #expect(try await store.rows(in: ReplicaRange(.table), limit: 10, in: .test()).count == number + 1)
            }
            #expect(try await store.status(in: .test()).head.sequence == 5)
        }
    }

    @Test func `memory that is used up refuses writes as a whole, and reads and collection go on (fault 32)`()
        async throws
    {
        try await withStore { server, store in
            try await store.put(.test("a"), ["state": "open", "priority": 1])
            try await store.delete(.test("gone"))
            let before = try await store.status(in: .test())
            try server.command("CONFIG", "SET", "maxmemory", "1")
            let refusals = [
                await #expect(throws: BackendError.self) { try await store.put(.test("b"), ["state": "open"]) },
                await #expect(throws: BackendError.self) { try await store.delete(.test("a")) },
            ]
            for refusal in refusals {
                #expect(refusal?.failure == .unavailable)
                #expect(refusal?.message.contains("maxmemory") == true)
            }
            #expect(try await store.probe(in: .test()).writable == false)
            #expect(try await store.status(in: .test()).head == before.head)
            #expect(try await store.item(.test("a")) != nil)
            let collection = ReplicaCollection(logThrough: 2, tombstonesThrough: before.clock)
            try await store.collect(collection, in: .test())
            #expect(try await store.allRows(after: nil, limit: 10, in: .test()).count == 1)
            try server.command("CONFIG", "SET", "maxmemory", "0")
            #expect(try await store.probe(in: .test()).writable == true)
            try await store.put(.test("b"))
        }
    }

    @Test func `a demoted server reads, and writes are classed as read-only`() async throws {
        try await withStore { server, store in
            try await store.put()
            try server.command("REPLICAOF", "127.0.0.1", "1")
            let refusal = await #expect(throws: BackendError.self) { try await store.put() }
            #expect(refusal?.failure == .readOnly)
            #expect(try await store.item() != nil)
            #expect(try await store.probe(in: .test()).writable == false)
            // A client that comes new sees the same.
            let other = try await server.store(isReady: false)
            #expect(try await other.item() != nil)
            await other.shutdown()
        }
    }

    @Test func `what a row leaves behind goes with it: no key remains of a collected table`() async throws {
        try await withStore { server, store in
            for number in 0..<20 {
                let key = Key.test("\(number % 4)", "\(number)")
                try await store.put(key, ["state": "open", "priority": .number(Number(number))])
                try await store.put(key, ["state": .string(number % 2 == 0 ? "done" : "open"), "priority": 1])
                try await store.delete(key)
            }
            let status = try await store.status(in: .test())
            let collection = ReplicaCollection(
                logThrough: status.head.sequence,
                tombstonesThrough: status.clock
            )
            try await store.collect(collection, in: .test())
            let keys = try server.command("KEYS", "*").split(separator: "\n").map(String.init)
            // The emptied log remains, with its last number.
            #expect(
                Set(keys.filter { !$0.contains(":op:") }) == ["{rk:us-west-2}:meta", "{rk:us-west-2}:log"]
            )
            #expect(keys.count { $0.contains(":op:") } == 60)
            let operation = try #require(keys.first(where: { $0.contains(":op:") }))
            let life = try await server.send("PTTL", operation)
            #expect((1...600_000).contains(life.number(as: Int.self) ?? 0), "\(operation) \(life)")
        }
    }

    @Test func `the sets and the rows agree after any commits, applications and purges`() async throws {
        try await withStore { server, store in
            var generator = SeededGenerator(seed: 7)
            for step in 0..<400 {
                let key = Key.test("\(Int.random(in: 0..<3, using: &generator))", "\(step % 5)")
                let item: Item? =
                    Bool.random(using: &generator)
                    ? nil
                    : [
                        "state": .string(["a", "b"].randomElement(using: &generator) ?? ""),
                        "priority": .number(Number(Int.random(in: -3...3, using: &generator))),
                    ]
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: try await store.delete(key)
                case 1: try await store.put(key, item ?? [:])
                default:
                    let timestamp = HybridTimestamp(
                        milliseconds: SystemTime().wallMilliseconds + .random(in: -50...50, using: &generator)
                    )
                    let row = ReplicaRow(
                        key: key,
                        item: item.map { $0.merging(store.schema.attributes(of: key)) { one, _ in one } },
                        version: Version(timestamp: timestamp, origin: Origin(rawValue: 3)),
                        operation: OperationID(high: 0, low: 0)
                    )
                    var application = ReplicaApplication(peer: "p", rows: [row], from: nil, to: .start)
                    if step % 3 == 0 {
                        application.purge = [.test("\(step % 3)", "\(step % 5)"), key]
                        application.purgeBound = Version(timestamp: timestamp, origin: Origin(rawValue: 0))
                    }
                    _ = try await store.apply(application, in: .test())
                }
            }
            let all = try await store.allRows(after: nil, limit: 1000, in: .test())
            let live = all.filter { $0.item != nil }
            #expect(try await store.rows(in: ReplicaRange(.table), limit: 1000, in: .test()) == live)
            for state in ["a", "b"] {
                let range = ReplicaRange(.index("by-state", .string(state)))
                let found = try await store.rows(in: range, limit: 1000, in: .test())
                let expected = live.filter { $0.item?["state"] == .string(state) && $0.item?["priority"] != nil }
                #expect(Set(found) == Set(expected))
                #expect(found.count == expected.count)
            }
            let dead = Int(try server.command("ZCARD", "{rk:us-west-2}:dead"))
            #expect(dead == all.count - live.count)
            #expect(Int(try server.command("ZCARD", "{rk:us-west-2}:graves")) == dead)
            #expect(try server.command("KEYS", "{rk:us-west-2}:i:*").split(separator: "\n").count == all.count)
        }
    }

    @Test func `large rows come in pieces and none is missing`() async throws {
        try await withStore { _, store in
            let text = AttributeValue.string(String(repeating: "x", count: 300_000))
            for number in 10..<22 {
                try await store.put(.test("a", "\(number)"), ["text": text, "state": "open", "priority": 1])
            }
            let expected = (10..<22).map { "\($0)" }
            for range in [
                ReplicaRange(.table), ReplicaRange(.partition("a")), ReplicaRange(.index("by-state", "open")),
            ] {
                let rows = try await store.rows(in: range, limit: 100, in: .test())
                #expect(rows.map { $0.item?["part"]?.string } == expected)
                var back = range
                back.descending = true
                let last = try await store.rows(in: back, limit: 7, in: .test())
                #expect(last.map { $0.item?["part"]?.string } == expected.suffix(7).reversed())
            }
            #expect(try await store.allRows(after: nil, limit: 100, in: .test()).count == 12)
            #expect(try await store.allRows(after: nil, limit: 5, in: .test()).count == 5)
            // A batch of changes is bounded by its bytes; the cursor leads on.
            var (cursor, keys) = (ReplicaCursor.start, [String?]())
            while case .entries(let rows, let end) = try await store.changes(after: cursor, limit: 100, in: .test()),
                !rows.isEmpty
            {
                #expect(rows.count <= 4)
                keys += rows.map { $0.key.sort?.string }
                cursor = end
            }
            #expect(keys == expected)
        }
    }

    @Test func `the log sends a key once with its present row, and a purged one as a tombstone`() async throws {
        try await withStore { _, store in
            for number in 0..<10 { try await store.put(.test("hot"), ["n": .number(Number(number))]) }
            try await store.put(.test("purged"))
            let head = try await store.status(in: .test()).head
            var application = ReplicaApplication(peer: "p", rows: [], from: nil, to: .start)
            application.purge = [.test("purged")]
            application.purgeBound = head.version
            _ = try await store.apply(application, in: .test())
            guard case .entries(let rows, let end) = try await store.changes(after: .start, limit: 100, in: .test())
            else {
                Issue.record("no entries")
                return
            }
            #expect(end == head)
            #expect(rows.map(\.key) == [.test("hot"), .test("purged")])
            #expect(rows[0].item?["n"] == 9)
            #expect(rows[1].item == nil && rows[1].version == head.version)
        }
    }

    @Test func `all rows of all kinds are met once while rows come and go between the pages`() async throws {
        try await withStore { _, store in
            for number in 100..<150 {
                try await store.put(.test("k", "\(number)"))
                if number % 3 == 0 { try await store.delete(.test("k", "\(number)")) }
            }
            var (names, last) = ([String?](), Key?.none)
            while true {
                let rows = try await store.allRows(after: last, limit: 7, in: .test())
                names += rows.map { $0.key.sort?.string }
                guard rows.count == 7, let key = rows.last?.key else { break }
                last = key
                // One that changes its kind behind the page.
                try await store.delete(key)
            }
            #expect(names == (100..<150).map { "\($0)" })
        }
    }

    @Test(arguments: [-1, 1 << 52, .max] as [Int64])
    func `a version that no clock gives is refused, and nothing is done`(milliseconds: Int64) async throws {
        try await withStore { _, store in
            let timestamp = HybridTimestamp(milliseconds: milliseconds)
            let version = Version(timestamp: timestamp, origin: Origin(rawValue: 1))
            let row = ReplicaRow(key: .test(), item: nil, version: version, operation: OperationID(high: 0, low: 0))
            let application = ReplicaApplication(peer: "p", rows: [row], from: nil, to: .start)
            let first = await #expect(throws: BackendError.self) { try await store.apply(application, in: .test()) }
            let second = await #expect(throws: BackendError.self) {
                try await store.put(in: .test(clockFloor: timestamp))
            }
            #expect(first?.failure == .rejected && second?.failure == .rejected)
            let rows = try await store.allRows(after: nil, limit: 1, in: .test())
            #expect(rows.isEmpty)
        }
    }

    @Test func `a namespace that could leave its hash tag is refused`() throws {
        for name in ["", "a}b", "{", "a b", "a:b", String(repeating: "a", count: 256), "ä"] {
            let configuration = RedisStore.Configuration(region: "r", schema: .worksets, namespace: name)
            let error = #expect(throws: ConfigurationError.self) { try configuration.validate() }
            #expect(error?.field == "namespace")
        }
    }

    @Test func `every command that a script runs is in the documented rights`() {
        let listed = Set(RedisAccess.scripted.map { String($0.prefix { $0 != " " }) })
        var used: Set<String> = []
        for script in RedisScript.all {
            for match in script.text.matches(of: /redis\.call\('([A-Z]+)'/) { used.insert(String(match.1)) }
        }
        #expect(used == listed)
    }
}
