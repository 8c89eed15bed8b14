public import RegionKitCore
internal import Synchronization

/// Measures replication lag by heartbeats, without CloudWatch: each region's copy of the table has an item that is
/// counted up there, and the other regions' copies show when that arrives.
///
/// Give it to the store as a service. Health then shows each region's lag, failback waits while it is above
/// ``HealthConfiguration/maximumFailbackLag``, and metrics have `ReplicationLag`.
///
/// **What is written**: one item per region, into the user's table; so nothing is written unless this service runs. Its
/// key is reserved: `rk-heartbeat-` and the region's name, as text or as bytes, or where the partition key is a number the
/// negative of the region's ``Origin``; the sort key, if there is one, is `rk-heartbeat` or 0. The attribute `n` counts, `t`
/// is the writer's wall clock in milliseconds, for people. Scans show these items.
///
/// **What is measured**: in each interval the items are counted up, and read again after 1/30, 3/30, 7/30 and 15/30 of
/// it until they have arrived everywhere. The lag of a region is the time its last heartbeat took, seen at one of these
/// moments, or how long it has been missing; the greatest over its peers. No clock of another machine is used. Unknown
/// before the first reading, and of regions that do not answer; a peer that does not answer counts for nobody's lag.
///
/// **What it costs** with R regions: 2880 × R² replicated write request units a day at an interval of 30 s, however many
/// processes run it, because one counts only where no other has (when some begin at once, a round or two more); and
/// 2880 × R² × 0.5 × (1 + p) read request units for each process, where p is how often it reads again, 1 or 2 in most
/// rounds. At the on-demand prices of us-east-1 since November 2024, $0.625 a million writes and $0.125 a million reads
/// (<https://aws.amazon.com/dynamodb/pricing/on-demand/>), three regions cost $0.016 a day for writes and $0.005 for the
/// reads of a process with p = 2. Transfer between regions comes on top: a heartbeat has less than 200 bytes.
public final class HeartbeatMonitor: StoreService {
    static let intervals = Duration.seconds(1)...Duration.seconds(3600)

    private let endpoints: [RegionEndpoint]
    private let keys: [Key]
    private let interval: Duration
    private let time: any TimeSource
    private let machine: Mutex<HeartbeatMachine>

    /// Prepares the measurement; nothing is contacted.
    ///
    /// - Parameters:
    ///   - endpoints: All regions of the table. Their backends keep deadlines, as ``DynamoRegion`` does.
    ///   - schema: The table.
    ///   - interval: How often heartbeats are counted up: 1 s to 1 h.
    ///   - time: The clocks.
    /// - Throws: ``ConfigurationError`` when the interval is another.
    public init(
        _ endpoints: [RegionEndpoint],
        schema: TableSchema,
        interval: Duration = .seconds(30),
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        guard Self.intervals.contains(interval) else {
            throw ConfigurationError(field: "heartbeat", "found \(interval); allowed is 1 s to 1 h")
        }
        self.endpoints = endpoints
        self.keys = endpoints.map { schema.heartbeatKey(of: $0.region) }
        self.interval = interval
        self.time = time
        self.machine = Mutex(HeartbeatMachine(regions: endpoints.count, patience: interval * 2))
    }

    /// Measures until the task is cancelled.
    public func run() async throws {
        while true {
            let end = self.time.now.advanced(by: self.interval)
            try await self.round(until: end)
            try await self.time.sleep(until: end)
        }
    }

    /// How far a region is behind its peers, as last measured; nil when that is not known.
    public func replicationLag(of region: Region) -> Duration? {
        guard let position = self.endpoints.firstIndex(where: { $0.region == region }) else { return nil }
        return self.machine.withLock { $0.lag(of: position, at: self.time.now) }
    }

    private func round(until end: MonotonicInstant) async throws {
        await self.forEach(Array(self.endpoints.indices)) { await self.read($0) }
        await self.forEach(self.machine.withLock { machine in self.endpoints.indices.filter { machine.isDue($0) } }) {
            await self.count(in: $0)
        }
        var pause = self.interval / 30
        while self.time.now.advanced(by: pause) < end {
            try await self.time.sleep(for: pause)
            let unsettled = self.machine.withLock(\.unsettled)
            if unsettled.isEmpty { return }
            await self.forEach(unsettled) { await self.read($0) }
            pause *= 2
        }
    }

    /// Reads all heartbeats in one region.
    private func read(_ position: Int) async {
        let response = try? await self.endpoints[position].backend.perform(
            .batchGet(self.keys, .eventual),
            in: self.context
        )
        let now = self.time.now
        self.machine.withLock { machine in
            if case .items(let items) = response, items.count == self.keys.count {
                machine.read(items.map { $0.item?["n"]?.number?.int64 ?? 0 }, in: position, at: now)
            } else if !Task.isCancelled {
                machine.failed(position)
            }
        }
    }

    /// Counts a region's own heartbeat up.
    private func count(in position: Int) async {
        let update = Update().set("t", .number(Number(self.time.wallMilliseconds))).add("n", 1)
        let began = self.time.now
        let response = try? await self.endpoints[position].backend.perform(
            .write(Write(.update(self.keys[position], update), returning: .new)),
            in: self.context
        )
        guard case .written(let result) = response, let number = result.item?["n"]?.number?.int64 else { return }
        self.machine.withLock { $0.countedHere(number, in: position, at: began) }
    }

    private func forEach(_ positions: [Int], _ body: @Sendable @escaping (Int) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            for position in positions { group.addTask { await body(position) } }
        }
    }

    private var context: AttemptContext {
        var generator = SystemRandomNumberGenerator()
        return AttemptContext(
            deadline: self.time.now.advanced(by: min(self.interval / 6, .seconds(5))),
            operation: .random(using: &generator),
            time: self.time
        )
    }
}
