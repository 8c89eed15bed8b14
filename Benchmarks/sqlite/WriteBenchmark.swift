internal import BackendSQLite
internal import Foundation
internal import RegionKitCore
internal import SQLitePeer

/// P6: durable writes by 64 concurrent callers, against C that commits each write by itself.
struct WriteBenchmark {
    static let callers = 64
    static let pragmas = "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384; PRAGMA mmap_size = 1073741824;"

    var folder: String

    func run(writes: Int, pairs: Int) async throws {
        var comparison = Comparison(name: "P6 durable writes, 64 callers")
        let ids = (0..<writes).map { Dataset.id(self.number($0)) }
        let bytes = ids.flatMap { $0.utf8.map { CChar(bitPattern: $0) } }
        let size = DynamoDBJSON.encode(Dataset.item(1)).count
        for round in 0...pairs {
            let path = "\(self.folder)/peer-\(round).sqlite"
            let theirs = unsafe peer_write(
                path,
                Self.pragmas,
                bytes,
                Int32(Dataset.keyWidth),
                Int32(writes),
                Int32(size)
            )
            try? FileManager.default.removeItem(atPath: path)
            let ours = try await self.ours(writes, round: round)
            if round > 0 { comparison.add(ours: ours, theirs: theirs) }
        }
        try comparison.report(["writes": writes, "pragmas": Self.pragmas])
    }

    /// A permutation of sorts, so that neither side writes in the order of the keys.
    private func number(_ index: Int) -> Int { index * 7919 % 1_000_003 }

    func ours(_ writes: Int, round: Int) async throws -> Double {
        let path = "\(self.folder)/us-west-\(round).sqlite"
        let store = try await Dataset.open(path)
        let time = try await nanoseconds(writes) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<Self.callers {
                    group.addTask {
                        for index in stride(from: caller, to: writes, by: Self.callers) {
                            _ = try await store.commit(Dataset.put(self.number(index)), in: Dataset.context())
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        await store.shutdown()
        try? FileManager.default.removeItem(atPath: path)
        return time
    }
}
