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

    static func open(_ path: String) async throws -> SQLiteStore {
        let store = try SQLiteStore.open(.init(path: path, region: "us-west-2", schema: self.schema))
        try await store.markReady(try await store.status(in: self.context()).head.incarnation, in: self.context())
        return store
    }
}
