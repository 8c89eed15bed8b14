internal import BackendRedis
internal import Foundation
internal import RegionKitCore

/// P7: reads of one item of 300 bytes, decoded, so many in flight.
struct ReadBenchmark {
    let port: Int
    let inFlight: Int

    /// Prints nanoseconds and processor nanoseconds an operation.
    func run(_ count: Int) async throws {
        let schema = TableSchema(name: "orders", partitionKey: "id")
        let regions = try await RedisRegions.open([
            (
                RedisStore.Configuration(region: "berlin", schema: schema),
                RedisAddress(host: "127.0.0.1", port: self.port)
            )
        ])
        let store = try MultiRegionStore(schema: schema, regions: regions.endpoints)
        try await store.put(["id": "order-000042", "note": .string(String(repeating: "x", count: 300))])
        try await self.read(store, count / 10 + self.inFlight)
        let (start, processor) = (nanoseconds(CLOCK_MONOTONIC), nanoseconds(CLOCK_PROCESS_CPUTIME_ID))
        try await self.read(store, count)
        let elapsed = (nanoseconds(CLOCK_MONOTONIC) - start) / Double(count)
        let used = (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processor) / Double(count)
        print(Int(elapsed), Int(used))
        await store.shutdown()
    }

    /// Reads so many times; each of the tasks reads one after the other.
    private func read(_ store: MultiRegionStore, _ count: Int) async throws {
        let share = (count + self.inFlight - 1) / self.inFlight
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<self.inFlight {
                group.addTask {
                    for _ in 0..<share {
                        guard try await store.get("order-000042").item?["id"] == "order-000042" else { exit(1) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
