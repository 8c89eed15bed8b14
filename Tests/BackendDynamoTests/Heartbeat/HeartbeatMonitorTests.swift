import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendDynamo

struct HeartbeatMonitorTests {
    /// Counters in two regions, replicated when a test says so.
    private final class Table: Sendable {
        private struct State {
            var copies: [[Key: Item]] = [[:], [:]]
            var isReplicating = true
            var broken: Set<Int> = []
            var writes = 0
        }

        private let state = Mutex(State())
        var writes: Int { self.state.withLock { $0.writes } }
        func item(_ key: Key, in position: Int) -> Item? { self.state.withLock { $0.copies[position][key] } }
        func setBroken(_ position: Int, _ isBroken: Bool) {
            self.state.withLock { state in
                if isBroken { state.broken.insert(position) } else { state.broken.remove(position) }
            }
        }
        func setReplicating(_ isReplicating: Bool) {
            self.state.withLock { state in
                state.isReplicating = isReplicating
                if isReplicating { Self.replicate(&state) }
            }
        }

        private static func replicate(_ state: inout State) {
            for position in 0..<2 {
                state.copies[1 - position].merge(state.copies[position]) { old, new in
                    (old["n"]?.number ?? 0) < (new["n"]?.number ?? 0) ? new : old
                }
            }
        }

        func backend(_ position: Int) -> ScriptedBackend {
            ScriptedBackend { call, _ in
                self.state.withLock { state in
                    guard !state.broken.contains(position) else {
                        return .fail(BackendError(.unavailable, .unavailable, "It is broken."))
                    }
                    switch call.request {
                    case .batchGet(let keys, _):
                        return .respond(.items(keys.map { GetResult(item: state.copies[position][$0]) }))
                    case .write(let write):
                        guard case .update(let key, let update) = write.action else { return .succeed }
                        let number = state.copies[position][key]?["n"]?.number?.int64 ?? 0
                        var item: Item = ["n": .number(Number(number + 1))]
                        for case .set(let path, .value(let value)) in update.actions { item["\(path)"] = value }
                        state.copies[position][key] = item
                        state.writes += 1
                        if state.isReplicating { Self.replicate(&state) }
                        return .respond(.written(WriteResult(version: nil, item: item)))
                    default: return .succeed
                    }
                }
            }
        }
    }

    private static let schema = TableSchema(name: "table", partitionKey: "id")
    private static let regions: [Region] = ["us-east-1", "us-west-2"]
    private let time = ManualTime()
    private let table = Table()
    private let endpoints: [RegionEndpoint]
    private let monitor: HeartbeatMonitor

    init() throws {
        let table = self.table
        self.endpoints = (0..<2).map { RegionEndpoint(Self.regions[$0], table.backend($0)) }
        self.monitor = try HeartbeatMonitor(self.endpoints, schema: Self.schema, time: self.time)
    }

    private var lags: [Duration?] { Self.regions.map { self.monitor.replicationLag(of: $0) } }

    /// Lets the clock go on and the monitor do what is due.
    private func pass(_ seconds: Int) async {
        for _ in 0..<seconds {
            self.time.advance(by: .seconds(1))
            await self.time.waitForSleepers(1)
        }
    }

    private func running(_ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.monitor.run() }
            await self.time.waitForSleepers(1)
            try await body()
            group.cancelAll()
        }
        #expect(self.time.sleepers == 0)
    }

    @Test func `a heartbeat is counted up once an interval in each region, under a key of its own`() async throws {
        #expect(self.lags == [nil, nil])
        try await self.running {
            #expect(self.table.writes == 2)
            await self.pass(31)
            #expect(self.table.writes == 4)
            let item = try #require(self.table.item("rk-heartbeat-us-east-1", in: 1))
            #expect(item == ["n": 2, "t": 1_700_000_030_000])
            #expect(self.lags == [.seconds(1), .seconds(1)])
            #expect(self.monitor.replicationLag(of: "mars") == nil)
        }
    }

    @Test func `H8 lag grows while replication stalls and shrinks when it goes on`() async throws {
        try await self.running {
            await self.pass(2)
            self.table.setReplicating(false)
            await self.pass(30)
            // Counted after 30 s, missed after 31 s.
            #expect(self.lags == [.seconds(1), .seconds(1)])
            await self.pass(14)
            #expect(self.lags == [.seconds(15), .seconds(15)])
            await self.pass(60)
            #expect(self.lags == [.seconds(75), .seconds(75)])
            self.table.setReplicating(true)
            await self.pass(16)
            #expect(self.lags == [.seconds(1), .seconds(1)])
        }
    }

    @Test func `a region that fails has no lag until it answers again, which is asked soon`() async throws {
        try await self.running {
            await self.pass(2)
            self.table.setBroken(0, true)
            await self.pass(30)
            #expect(self.lags == [nil, nil])
            let writes = self.table.writes
            await self.pass(30)
            #expect(self.table.writes == writes + 1, "the other is counted up")
            self.table.setBroken(0, false)
            await self.pass(15)
            #expect(self.lags.allSatisfy { $0 != nil })
        }
    }

    @Test func `H8 a store that has the monitor as a service knows the lag`() async throws {
        let store = try MultiRegionStore(
            schema: Self.schema,
            regions: self.endpoints,
            services: [self.monitor],
            time: self.time
        )
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await store.run() }
            for _ in 0..<120 where store.health().contains(where: { $0.replicationLag == nil }) {
                await self.time.waitForSleepers(3)
                self.time.advance(by: .seconds(1))
                for _ in 0..<20 { await Task.yield() }
            }
            #expect(store.health().map(\.replicationLag) == [.seconds(1), .seconds(1)])
            group.cancelAll()
        }
    }

    @Test(
        arguments: [
            (TableSchema.KeyAttribute("id", .number), TableSchema.KeyAttribute("s", .binary)), ("id", nil),
            (TableSchema.KeyAttribute("id", .binary), TableSchema.KeyAttribute("s", .number)), ("id", "s"),
        ] as [(TableSchema.KeyAttribute, TableSchema.KeyAttribute?)]
    )
    func `keys are reserved ones of the table's types, another for each region`(
        _ partition: TableSchema.KeyAttribute,
        _ sort: TableSchema.KeyAttribute?
    ) throws {
        let schema = TableSchema(name: "t", partitionKey: partition, sortKey: sort)
        let keys = Self.regions.map { schema.heartbeatKey(of: $0) }
        #expect(Set(keys).count == 2)
        for key in keys {
            #expect(key.partition.kind == partition.kind && key.sort?.kind == sort?.kind)
            if let number = key.partition.number { #expect(number < 0) }
        }
    }

    @Test(arguments: [Duration.zero, .seconds(-1), .milliseconds(999), .seconds(3601)])
    func `an interval that cannot work is refused`(_ interval: Duration) {
        #expect(throws: ConfigurationError.self) {
            try HeartbeatMonitor([], schema: Self.schema, interval: interval)
        }
    }
}
