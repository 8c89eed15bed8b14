import Policies
import RegionKitCore
import RegionKitTesting
import Testing

/// The store remembers where reads with an affinity went.
@Suite struct StickyStoreTests {
    private static let schema = TableSchema(name: "homes", partitionKey: "id")
    private static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]

    /// Takes the region that a test names last.
    private final class Whim: RoutingPolicy {
        let wanted: ScriptedChoice

        init(_ wanted: ScriptedChoice) { self.wanted = wanted }

        func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
            candidates.contains(self.wanted.position) ? self.wanted.position : candidates.first
        }

        var description: String { "whim" }
    }

    private final class ScriptedChoice: Sendable {
        private let state = ManualTime()
        private let start: MonotonicInstant

        init() { self.start = self.state.now }

        var position: Int { Int(self.start.duration(to: self.state.now).milliseconds) }

        func next() { self.state.advance(by: .milliseconds(1)) }
    }

    @Test func `R6: reads of an affinity stay where they went, move when the region fails, and stay there`()
        async throws
    {
        let stores = Self.names.map { InMemoryReplicaStore($0, schema: Self.schema) }
        let wanted = ScriptedChoice()
        let store = try MultiRegionStore(
            schema: Self.schema,
            regions: stores.map { RegionEndpoint($0.region, ReplicaBackend($0)) },
            policy: Whim(wanted).sticky(),
            time: ManualTime()
        )
        let options = OperationOptions(affinity: "user-1")
        #expect(try await store.get("a", options: options).region == "us-west-2")
        wanted.next()
        #expect(try await store.get("a", options: options).region == "us-west-2")
        #expect(try await store.get("a").region == "us-east-1")
        stores[0].setOutage(BackendError(.notSent, .unavailable, "down"))
        #expect(try await store.get("a", options: options).region == "us-east-1")
        wanted.next()
        for _ in 0..<10 { #expect(try await store.get("a", options: options).region == "us-east-1") }
        #expect(try await store.get("a").region == "eu-west-1")
        #expect(store.health()[0].reads == .unhealthy)
    }
}
