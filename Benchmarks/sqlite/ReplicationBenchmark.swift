internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

/// P10: how many changes a second one link carries from one SQLite region to another.
struct ReplicationBenchmark {
    var folder: String

    func run(changes: Int, rounds: Int) async throws {
        var rates: [Double] = []
        for round in 0..<rounds {
            let source = try await Dataset.open("\(self.folder)/source-\(round).sqlite", "us-west-2")
            try await Dataset.fill(source, changes)
            let target = try await Dataset.open("\(self.folder)/target-\(round).sqlite", "us-east-1")
            let nanoseconds = try await nanoseconds(changes) {
                var cursor = ReplicaCursor.start
                while case .entries(let rows, let end) = try await source.changes(
                    after: cursor,
                    limit: 256,
                    in: Dataset.context()
                ), !rows.isEmpty {
                    let application = ReplicaApplication(peer: source.region, rows: rows, from: cursor, to: end)
                    guard try await target.apply(application, in: Dataset.context()).moved else { return }
                    cursor = end
                }
            }
            rates.append(1e9 / nanoseconds)
            await source.shutdown()
            await target.shutdown()
        }
        rates.sort()
        let line: [String: Any] = [
            "benchmark": "P10 replication, one link", "changes": changes, "perSecond": rates[rounds / 2].rounded(),
            "min": rates[0].rounded(), "max": rates[rounds - 1].rounded(),
        ]
        let data = try JSONSerialization.data(withJSONObject: line, options: [.sortedKeys])
        print(String(decoding: data, as: UTF8.self))
    }
}
