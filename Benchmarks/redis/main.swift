internal import BackendRedis
internal import Foundation
internal import RegionKitCore

// Reads of one item of 300 bytes from a local server, decoded, so many in flight.
//
//   redis PORT IN_FLIGHT COUNT     prints nanoseconds and processor nanoseconds an operation

let arguments = CommandLine.arguments
let numbers = arguments.dropFirst().compactMap { Int($0) }
guard arguments.count == 4, numbers.count == 3 else {
    print("redis PORT IN_FLIGHT COUNT")
    exit(2)
}
let (port, inFlight, count) = (numbers[0], numbers[1], numbers[2])
let schema = TableSchema(name: "orders", partitionKey: "id")
let regions = try await RedisRegions.open([
    (RedisStore.Configuration(region: "berlin", schema: schema), RedisAddress(host: "127.0.0.1", port: port))
])
let store = try MultiRegionStore(schema: schema, regions: regions.endpoints)
let key: Key = "order-000042"
try await store.put(["id": "order-000042", "note": .string(String(repeating: "x", count: 300))])

func nanoseconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Reads so many times; each of the tasks reads one after the other.
func run(_ count: Int) async throws {
    let share = (count + inFlight - 1) / inFlight
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<inFlight {
            group.addTask {
                for _ in 0..<share {
                    guard try await store.get(key).item?["id"] == "order-000042" else { exit(1) }
                }
            }
        }
        try await group.waitForAll()
    }
}

try await run(count / 10 + inFlight)
let (start, processor) = (nanoseconds(CLOCK_MONOTONIC), nanoseconds(CLOCK_PROCESS_CPUTIME_ID))
try await run(count)
let elapsed = (nanoseconds(CLOCK_MONOTONIC) - start) / Double(count)
let used = (nanoseconds(CLOCK_PROCESS_CPUTIME_ID) - processor) / Double(count)
print(Int(elapsed), Int(used))
await store.shutdown()
