import Policies
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

/// The store remembers where reads with an affinity went.
@Suite struct StickyStoreTests {
    private static let schema = TableSchema(name: "homes", partitionKey: "id")
    private static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]

    /// Takes the region that the test wants at the moment.
    private final class Whim: RoutingPolicy {
        let wanted = Atomic(0)

        func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
            let wanted = self.wanted.load(ordering: .relaxed)
            return candidates.contains(wanted) ? wanted : candidates.first
        }

        var description: String { "whim" }
    }

    @Test func `R6: reads of an affinity stay where they went, move when the region fails, and stay there`()
        async throws
    {
        let stores = Self.names.map { InMemoryReplicaStore($0, schema: Self.schema) }
        let whim = Whim()
        let store = try MultiRegionStore(
            schema: Self.schema,
            regions: stores.map { RegionEndpoint($0.region, ReplicaBackend($0)) },
            policy: whim.sticky(),
            time: ManualTime()
        )
        let options = OperationOptions(affinity: "user-1")
        #expect(try await store.get("a", options: options).region == "us-west-2")
        whim.wanted.store(1, ordering: .relaxed)
        #expect(try await store.get("a", options: options).region == "us-west-2")
        #expect(try await store.get("a").region == "us-east-1")
        stores[0].setOutage(BackendError(.notSent, .unavailable, "down"))
        #expect(try await store.get("a", options: options).region == "us-east-1")
        whim.wanted.store(2, ordering: .relaxed)
        for _ in 0..<10 { #expect(try await store.get("a", options: options).region == "us-east-1") }
        #expect(try await store.get("a").region == "eu-west-1")
        #expect(store.health()[0].reads == .unhealthy)
    }
}
