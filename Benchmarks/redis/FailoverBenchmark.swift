internal import BackendRedis
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// P8: reads by so many callers while somebody takes the first region away.
struct FailoverBenchmark {
    private struct Tally {
        var last = nanoseconds(CLOCK_MONOTONIC) / 1e9
        var gaps: [[Double]] = []
        var reads = 0
        var errors: [String: Int] = [:]
    }

    private final class Record: Sendable {
        let tally = Mutex(Tally())
    }

    let callers: Int
    let seconds: Double
    /// Host and port of each region.
    let places: [String]

    /// Prints `ready` when the callers read, and in the end the times without a successful read and the errors.
    func run() async throws {
        // The library that answers for the names does not stand being asked first by two at once.
        for place in self.places {
            let name = place.prefix { $0 != ":" }
            var found: UnsafeMutablePointer<addrinfo>?
            guard unsafe getaddrinfo(String(name), nil, nil, &found) == 0 else { exit(1) }
            unsafe freeaddrinfo(found)
        }
        let schema = TableSchema(name: "orders", partitionKey: "id")
        let regions = try await RedisRegions.open(
            self.places.enumerated().map { number, place in
                let parts = place.split(separator: ":")
                return (
                    RedisStore.Configuration(region: Region("region-\(number)"), schema: schema),
                    RedisAddress(host: String(parts[0]), port: Int(parts[1]) ?? 0)
                )
            }
        )
        let store = try MultiRegionStore(schema: schema, regions: regions.endpoints, services: [regions])
        let work = Task { try await store.run() }
        // Once both regions have been reached.
        while (try? await store.put(["id": "order-000042", "note": .string(String(repeating: "x", count: 300))])) == nil
        {
            try await Task.sleep(for: .milliseconds(20))
        }
        let record = Record()
        let end = nanoseconds(CLOCK_MONOTONIC) / 1e9 + 1 + self.seconds
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<self.callers {
                group.addTask {
                    while nanoseconds(CLOCK_MONOTONIC) / 1e9 < end {
                        await self.read(store, record)
                        try await Task.sleep(for: .milliseconds(1))
                    }
                }
            }
            try await Task.sleep(for: .seconds(1))
            // It is the first region that is taken away.
            guard try await store.get("order-000042").region == "region-0" else { exit(1) }
            FileHandle.standardOutput.write(Data("ready\n".utf8))
            try await group.waitForAll()
        }
        let report = record.tally.withLock { tally -> [String: Any] in
            ["gaps": tally.gaps, "reads": tally.reads, "errors": tally.errors]
        }
        FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: report) + Data("\n".utf8))
        work.cancel()
        try? await work.value
        await store.shutdown()
    }

    private func read(_ store: MultiRegionStore, _ record: Record) async {
        do {
            _ = try await store.get("order-000042")
            record.tally.withLock { tally in
                let now = nanoseconds(CLOCK_MONOTONIC) / 1e9
                if now - tally.last > 0.005 { tally.gaps.append([tally.last, now]) }
                tally.last = now
                tally.reads += 1
            }
        } catch {
            record.tally.withLock { $0.errors["\(error)", default: 0] += 1 }
        }
    }
}
