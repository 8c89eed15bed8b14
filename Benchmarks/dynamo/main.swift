internal import BackendDynamo
internal import Foundation
internal import RegionKitCore

// Signed reads of one item from a local server, decoded, so many in flight.
//
//   dynamo URL IN_FLIGHT COUNT [region|store|executor]     prints nanoseconds and processor nanoseconds an operation

let arguments = CommandLine.arguments
guard arguments.count >= 4, let inFlight = Int(arguments[2]), let count = Int(arguments[3]) else {
    print("dynamo URL IN_FLIGHT COUNT [region|store|executor]")
    exit(2)
}
let schema = TableSchema(name: "orders", partitionKey: "id")
let key: Key = "order-000042"
var configuration = DynamoRegion.Configuration()
configuration.endpoint = arguments[1]
configuration.connections = max(inFlight, 1)
let credentials = StandardCredentials(
    Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
)
let region = try DynamoRegion("us-east-1", schema: schema, credentials: credentials, configuration: configuration)
let store = try MultiRegionStore(schema: schema, regions: [RegionEndpoint("us-east-1", region)])
let way = arguments.dropFirst(4).first ?? "store"
let usesStore = way != "region"
// Where the tasks run: anywhere, or on the thread that does the transfers.
let executor = way == "executor" ? region.executor : nil

@Sendable func read() async throws -> GetResult {
    if usesStore { return try await store.get(key).value }
    let time = SystemTime()
    let context = AttemptContext(
        deadline: time.now.advanced(by: .seconds(5)),
        operation: OperationID(high: 1, low: 2),
        time: time
    )
    guard case .item(let found) = try await region.perform(.get(key, .eventual), in: context) else { exit(1) }
    return found
}

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
            group.addTask(executorPreference: executor) {
                for _ in 0..<share {
                    guard try await read().item?["id"] == "order-000042" else { exit(1) }
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
