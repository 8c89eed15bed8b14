import RegionKitCore
import RegionKitTesting

/// Regions in memory, their replicator and a clock that stands still.
final class Mesh {
    static let schema = TableSchema(name: "mesh", partitionKey: "id")

    let time = ManualTime()
    let stores: [InMemoryReplicaStore]
    var configuration: Replicator.Configuration
    private(set) var replicator: Replicator
    private var lastOperation: UInt64 = 0

    init(
        _ names: [String] = ["a", "b", "c"],
        isReady: Bool = true,
        parkingLimit: Int = 10_000,
        configuration: Replicator.Configuration = Replicator.Configuration(),
        onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) {
        self.stores = names.map {
            InMemoryReplicaStore(Region($0), schema: Self.schema, isReady: isReady, parkingLimit: parkingLimit)
        }
        self.configuration = configuration
        self.replicator = Replicator(
            self.stores,
            configuration: configuration,
            time: self.time,
            onEvent: onEvent
        )
    }

    /// Ends the replicator and starts another one, as a new process does.
    func restart(onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }) {
        self.replicator = Replicator(
            self.stores,
            configuration: self.configuration,
            time: self.time,
            onEvent: onEvent
        )
    }

    func context() -> AttemptContext {
        self.lastOperation += 1
        return AttemptContext(
            deadline: self.time.now.advanced(by: .seconds(1)),
            operation: OperationID(high: 1, low: self.lastOperation),
            time: self.time
        )
    }

    /// Writes a value under a key; nil deletes.
    @discardableResult
    func write(_ key: Key, _ value: Int?, in region: Int) async throws(BackendError) -> Version {
        let item: Item? = value.map { ["id": key.partition, "value": .number(Number($0))] }
        let change = ReplicaCommit.Change(key: key, expected: .any, effect: item.map { .put($0) } ?? .delete)
        let outcome = try await self.stores[region].commit(
            ReplicaCommit(changes: [change], digest: 0),
            in: self.context()
        )
        guard case .committed(let version) = outcome else {
            throw BackendError(.conflict, .conflict, "not committed: \(outcome)")
        }
        return version
    }

    func value(_ key: Key, in region: Int) -> Int64? {
        self.stores[region].contents[key]?.item?["value"]?.number?.int64
    }

    func status(_ region: Int) async throws -> ReplicaStatus {
        try await self.stores[region].status(in: self.context())
    }

    /// Replicates, and lets time pass, until all have everything.
    func settle(within rounds: Int = 30) async throws -> Bool {
        for _ in 0..<rounds {
            if try await self.replicator.settle(within: .zero) { return true }
            self.time.advance(by: .seconds(1))
        }
        return false
    }

    /// Whether all regions hold the same items in the same versions.
    var isEqual: Bool {
        let items = self.stores.map { $0.contents.filter { $0.value.item != nil } }
        return items.allSatisfy { $0 == items[0] }
    }

    /// Whether all regions hold the same tombstones; a region that was left out may bring back some.
    var hasEqualTombstones: Bool {
        let tombstones = self.stores.map { $0.contents.filter { $0.value.item == nil } }
        return tombstones.allSatisfy { $0 == tombstones[0] }
    }
}
