internal import Glibc
internal import Policies
internal import RegionKitCore

// The engine's own cost: a routed get over a backend that answers at once, against the same call on the backend itself.
//
//   core                       runs all comparisons, one JSON line each
//   core loop CASE REGIONS N   runs one loop N times; for counting allocations and profiling

/// A backend whose answer is ready.
struct ReadyBackend: RegionBackend {
    let response = BackendResponse.item(GetResult(item: ["workset_id": "ws-001", "state": "ready"]))

    var capabilities: BackendCapabilities { BackendCapabilities(honoursDeadlines: true) }

    func perform(
        _ request: BackendRequest,
        in context: AttemptContext
    ) async throws(BackendError) -> BackendResponse {
        self.response
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport { ProbeReport() }

    func shutdown() async {}
}

let key: Key = "ws-001"

func makeStore(_ regions: Int, policy: any RoutingPolicy) throws -> MultiRegionStore {
    try MultiRegionStore(
        schema: TableSchema(name: "daylily-worksets", partitionKey: "workset_id"),
        regions: (0..<regions).map { RegionEndpoint(Region("region-\($0)"), ReadyBackend()) },
        policy: policy
    )
}

func routed(_ store: MultiRegionStore, affinity: String? = nil, _ count: Int) async throws {
    let options = OperationOptions(affinity: affinity)
    for _ in 0..<count { _ = try await store.get(key, options: options) }
}

func direct(_ backend: any RegionBackend, _ count: Int) async throws {
    let time = SystemTime()
    for _ in 0..<count {
        let context = AttemptContext(
            deadline: MonotonicInstant(nanoseconds: .max),
            operation: OperationID(high: 0, low: 0),
            time: time
        )
        _ = try await backend.perform(.get(key, .eventual), in: context)
    }
}

/// The processor time of this process so far, in nanoseconds: what other processes do does not count.
func processorNanoseconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
}

/// Nanoseconds of processor time for one call, of `count` calls in each of `threads` tasks.
func measure(threads: Int, count: Int, _ body: @escaping @Sendable (Int) async throws -> Void) async throws -> Double {
    let start = processorNanoseconds()
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<threads { group.addTask { try await body(count) } }
        try await group.waitForAll()
    }
    return (processorNanoseconds() - start) / Double(count * threads)
}

func policy(_ name: String) -> any RoutingPolicy {
    switch name {
    case "latency": .latency
    case "read-write": .readWriteSplit(reads: .latency, writes: .primaryFirst)
    case "sticky": .latency.sticky()
    case "three-deep": Latency().fallingBack(to: .primaryFirst).when(.write, use: .primaryFirst).sticky()
    default: .primaryFirst
    }
}

func compare(_ name: String, regions: Int, threads: Int) async throws {
    let count = 200_000
    let store = try makeStore(regions, policy: policy(name))
    let affinity: String? = name == "sticky" || name == "three-deep" ? "user-1" : nil
    let backend: any RegionBackend = ReadyBackend()
    _ = try await measure(threads: threads, count: count / 10) { try await routed(store, affinity: affinity, $0) }
    var added: [Double] = []
    var bases: [Double] = []
    for _ in 0..<9 {
        let base = try await measure(threads: threads, count: count) { try await direct(backend, $0) }
        let full = try await measure(threads: threads, count: count) { try await routed(store, affinity: affinity, $0) }
        added.append((full - base) / 1000)
        bases.append(base / 1000)
    }
    added.sort()
    bases.sort()
    func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    print(
        #"{"bench":"\#(name == "primary-first" ? "P1" : "P2")","policy":"\#(name)","regions":\#(regions),"threads":\#(threads),"directMicroseconds":\#(text(bases[4])),"addedMicroseconds":\#(text(added[4])),"min":\#(text(added[0])),"max":\#(text(added[8]))}"#
    )
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "loop", arguments.count == 4, let regions = Int(arguments[2]), let count = Int(arguments[3]) {
    if arguments[1] == "direct" {
        try await direct(ReadyBackend(), count)
    } else {
        try await routed(makeStore(regions, policy: policy(arguments[1])), count)
    }
} else {
    for regions in [3, 16, 64] {
        for threads in [1, 2] { try await compare("primary-first", regions: regions, threads: threads) }
    }
    for name in ["latency", "read-write", "sticky", "three-deep"] { try await compare(name, regions: 3, threads: 1) }
    try await compare("latency", regions: 64, threads: 1)
}
