internal import BackendSQLite
internal import RegionKitCore

/// The items of the benchmarks: about 1 KB, eight attributes, one of them a text of 900 bytes.
enum Dataset {
    static let schema = TableSchema(name: "bench", partitionKey: "id")
    /// All keys have one width.
    static let keyWidth = 16
    static let text = String(repeating: "abcdefghi ", count: 90)

    static func id(_ number: Int) -> String {
        let digits = String(number)
        return "item-" + String(repeating: "0", count: self.keyWidth - 5 - digits.count) + digits
    }

    static func item(_ number: Int) -> Item {
        [
            "id": .string(self.id(number)), "text": .string(self.text), "state": "ready", "priority": 3,
            "created": 1_767_225_600, "owner": "alice", "locked": false, "count": .number(Number(number)),
        ]
    }

    static func context() -> AttemptContext {
        var generator = SystemRandomNumberGenerator()
        let time = SystemTime()
        return AttemptContext(
            deadline: time.now.advanced(by: .seconds(30)),
            operation: .random(using: &generator),
            time: time
        )
    }

    static func open(_ path: String, _ region: Region = "us-west-2") async throws -> SQLiteStore {
        let store = try SQLiteStore.open(.init(path: path, region: region, schema: self.schema))
        try await store.markReady(try await store.status(in: self.context()).head.incarnation, in: self.context())
        return store
    }

    static func put(_ number: Int) -> ReplicaCommit {
        let key = Key(.string(self.id(number)))
        return ReplicaCommit(changes: [.init(key: key, expected: .any, effect: .put(self.item(number)))], digest: 1)
    }

    /// Stores items 0 to `count` - 1.
    static func fill(_ store: SQLiteStore, _ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 64) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in start..<min(start + 64, count) {
                    group.addTask { _ = try await store.commit(self.put(number), in: self.context()) }
                }
                try await group.waitForAll()
            }
        }
    }
}
