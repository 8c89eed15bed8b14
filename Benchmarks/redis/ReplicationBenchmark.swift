internal import BackendRedis
internal import Foundation
internal import RegionKitCore

/// P10: replication over one link between two servers.
struct ReplicationBenchmark {
    let ports: [Int]

    private static let schema = TableSchema(name: "orders", partitionKey: "id")

    /// Prints how many changes a second the link carries at most, and the lag at a thousand writes a second.
    func run(changes: Int, rounds: Int) async throws {
        var rates: [Double] = []
        for round in 0..<rounds { rates.append(try await self.rate(changes, round)) }
        rates.sort()
        self.print([
            "bench": "P10 replication, one link", "changes": changes, "perSecond": rates[rounds / 2].rounded(),
            "min": rates[0].rounded(), "max": rates[rounds - 1].rounded(),
        ])
        var lags = try await self.lags(writes: 10_000)
        lags.sort()
        self.print([
            "bench": "P10 lag at 1,000 writes a second", "writes": lags.count, "p50_ms": lags[lags.count / 2].rounded(),
            "p99_ms": lags[lags.count * 99 / 100].rounded(), "max_ms": lags[lags.count - 1].rounded(),
        ])
    }

    private func open(_ name: String) async throws -> RedisRegions {
        try await RedisRegions.open(
            zip(["berlin", "madrid"], self.ports).map { region, port in
                let namespace = "\(name)-\(region)"
                return (
                    RedisStore.Configuration(region: Region(region), schema: Self.schema, namespace: namespace),
                    RedisAddress(host: "127.0.0.1", port: port)
                )
            }
        )
    }

    private static func item(_ number: Int) -> Item {
        ["id": .string("order-\(number)"), "note": .string(String(repeating: "x", count: 100))]
    }

    private func rate(_ changes: Int, _ round: Int) async throws -> Double {
        let regions = try await self.open("rate-\(round)")
        let source = try MultiRegionStore(schema: Self.schema, regions: [regions.endpoints[0]])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<64 {
                group.addTask {
                    for number in stride(from: caller, to: changes, by: 64) { try await source.put(Self.item(number)) }
                }
            }
            try await group.waitForAll()
        }
        let start = nanoseconds(CLOCK_MONOTONIC)
        guard try await regions.replicator.settle(within: .seconds(120)) else { exit(1) }
        let elapsed = (nanoseconds(CLOCK_MONOTONIC) - start) / 1e9
        let last = Key(.string("order-\(changes - 1)"))
        guard try await regions.stores[1].load(last, .consistent, in: self.context()) != nil else { exit(1) }
        await regions.shutdown()
        return Double(changes) / elapsed
    }

    /// Milliseconds from the moment a write was acknowledged until it was seen in the other region, of one in ten.
    private func lags(writes: Int) async throws -> [Double] {
        let regions = try await self.open("lag")
        let source = try MultiRegionStore(schema: Self.schema, regions: [regions.endpoints[0]])
        let work = Task { try await regions.run() }
        defer { work.cancel() }
        let target = regions.stores[1]
        let start = nanoseconds(CLOCK_MONOTONIC)
        return try await withThrowingTaskGroup(of: Double?.self) { group in
            for number in 0..<writes {
                let due = start + Double(number) * 1e6
                let early = due - nanoseconds(CLOCK_MONOTONIC)
                if early > 0 { try await Task.sleep(for: .nanoseconds(Int64(early))) }
                group.addTask {
                    try await source.put(Self.item(number))
                    guard number % 10 == 0 else { return nil }
                    let acknowledged = nanoseconds(CLOCK_MONOTONIC)
                    let key = Key(.string("order-\(number)"))
                    while try await target.load(key, .consistent, in: self.context()) == nil {
                        try await Task.sleep(for: .milliseconds(1))
                    }
                    return (nanoseconds(CLOCK_MONOTONIC) - acknowledged) / 1e6
                }
            }
            return try await group.reduce(into: []) { lags, lag in lag.map { lags.append($0) } }
        }
    }

    private func context() -> AttemptContext {
        let time = SystemTime()
        return AttemptContext(
            deadline: time.now.advanced(by: .seconds(60)),
            operation: OperationID(high: 0, low: 0),
            time: time
        )
    }

    private func print(_ row: [String: Any]) {
        guard let data = try? JSONSerialization.data(withJSONObject: row, options: [.sortedKeys]) else { return }
        Swift.print(String(decoding: data, as: UTF8.self))
    }
}
