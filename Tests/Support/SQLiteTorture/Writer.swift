internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

/// Writes in one region, by sixteen callers at once, and tells of each write when it is acknowledged.
struct Writer {
    private static let callers = 16
    private static let keys = 300

    private let store: SQLiteStore
    private let seed: UInt64
    private let count: Int

    init(folder: String, region: Region, seed: UInt64, count: Int) throws {
        var configuration = SQLiteStore.Configuration(
            path: "\(folder)/\(region).sqlite",
            region: region,
            schema: Regions.schema
        )
        configuration.busyTimeout = .seconds(10)
        self.store = try SQLiteStore.open(configuration)
        self.seed = seed
        self.count = count
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            for caller in 0..<Self.callers {
                group.addTask {
                    for number in 0..<self.count / Self.callers { await self.write(caller, number) }
                }
            }
        }
    }

    private func write(_ caller: Int, _ number: Int) async {
        var generator = SystemRandomNumberGenerator()
        let time = SystemTime()
        let operation = OperationID.random(using: &generator)
        let context = AttemptContext(deadline: time.now.advanced(by: .seconds(20)), operation: operation, time: time)
        let id = "k\(Int.random(in: 0..<Self.keys))"
        let token = Int.random(in: 0..<5) == 0 ? nil : "\(self.seed)-\(caller)-\(number)"
        let effect: ReplicaCommit.Effect = token.map { .put(Self.item(id, $0)) } ?? .delete
        let change = ReplicaCommit.Change(key: Key(.string(id)), expected: .any, effect: effect)
        do {
            let commit = ReplicaCommit(changes: [change], digest: 1)
            guard case .committed(let version) = try await self.store.commit(commit, in: context) else { return }
            // One call of the system, so that a kill leaves whole lines.
            let line = Acknowledgement(key: id, version: version, token: token).line
            FileHandle.standardOutput.write(Data(line.utf8))
        } catch {
            FileHandle.standardError.write(Data("\(error.failure.rawValue)\n".utf8))
        }
    }

    private static func item(_ id: String, _ token: String) -> Item {
        let group = AttributeValue.string("g\(token.utf8.reduce(0) { $0 &+ Int($1) } % 7)")
        return [
            "id": .string(id), "token": .string(token), "group": group,
            "ballast": .string(String(repeating: "x", count: .random(in: 0..<3000))),
        ]
    }
}
