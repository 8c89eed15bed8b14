import Policies
import RegionKitCore
import RegionKitTesting
import Testing

/// The engine keeps operations where their policy permits them.
@Suite struct FenceTests {
    private static let schema = TableSchema(name: "fences", partitionKey: "id")
    private static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1", "eu-central-1"]

    private let stores = Self.names.map { InMemoryReplicaStore($0, schema: Self.schema) }
    private let time = ManualTime()

    private func store(_ policy: any RoutingPolicy) throws -> MultiRegionStore {
        try MultiRegionStore(
            schema: Self.schema,
            regions: self.stores.map { RegionEndpoint($0.region, ReplicaBackend($0)) },
            policy: policy,
            time: self.time
        )
    }

    private func fail(_ regions: Region...) {
        for store in self.stores where regions.contains(store.region) {
            store.setOutage(BackendError(.notSent, .unavailable, "down"))
        }
    }

    private static let europe: any RoutingPolicy = PrimaryFirst()
        .when(.keyPrefix("eu-"), use: PrimaryFirst().restricted(to: "eu-west-1", "eu-central-1"))

    @Test func `R2 R7: reads and writes stay in the residency set while others are preferred`() async throws {
        let store = try self.store(Self.europe)
        #expect(try await store.put(["id": "us-1"]).region == "us-west-2")
        #expect(try await store.put(["id": "eu-1"]).region == "eu-west-1")
        #expect(try await store.update("eu-1", Update().add("n", 1)).region == "eu-west-1")
        #expect(try await store.get("eu-1").region == "eu-west-1")
        #expect(try await store.put(["id": "us-2"]).region == "us-west-2")
        #expect(store.activeRegion(for: .write) == "us-west-2")
    }

    @Test func `R2: an operation fails rather than leave its set`() async throws {
        let store = try self.store(Self.europe)
        self.fail("eu-west-1")
        #expect(try await store.put(["id": "eu-1"]).region == "eu-central-1")
        self.fail("eu-central-1")
        let time = self.time
        for _ in 0..<8 {
            let error = await #expect(throws: RegionError.self) {
                try await time.flowing { try await store.put(["id": "eu-1"]) }
            }
            let asked = Set(error?.attempts.map(\.region) ?? [])
            #expect(asked.isSubset(of: ["eu-west-1", "eu-central-1"]) && !asked.isEmpty)
        }
        for store in self.stores.prefix(2) { #expect(store.contents["eu-1"] == nil) }
    }

    @Test func `R2: a batch goes where all of its keys may, or nowhere`() async throws {
        let apart = PrimaryFirst().restricted(to: "us-west-2", "us-east-1")
            .when(.keyPrefix("eu-"), use: PrimaryFirst().restricted(to: "eu-west-1", "eu-central-1"))
        let store = try self.store(apart)
        let error = await #expect(throws: RegionError.self) {
            try await store.transact([Write(.put(["id": "eu-1"])), Write(.put(["id": "us-1"]))])
        }
        #expect(error?.code == .validation)
        #expect(self.stores.allSatisfy { $0.contents.isEmpty })
    }

    @Test func `R2: a pinned region outside the set is refused`() async throws {
        let store = try self.store(Self.europe)
        let error = await #expect(throws: RegionError.self) { try await store.get("eu-1", in: "us-west-2") }
        #expect(error?.code == .noEligibleRegion)
    }

    @Test func `F5: a policy that is restricted as a whole has one active region within its set`() async throws {
        let store = try self.store(PrimaryFirst().restricted(to: "us-east-1", "eu-west-1"))
        #expect(try await store.put(["id": "a"]).region == "us-east-1")
        #expect(store.activeRegion(for: .write) == "us-east-1")
        self.fail("us-east-1")
        #expect(try await store.put(["id": "a"]).region == "eu-west-1")
        #expect(self.stores[0].contents.isEmpty)
    }

    @Test func `R8: explain tells which regions the policy does not permit`() async throws {
        let store = try self.store(Self.europe)
        let explanation = try store.explain(.get("eu-1", .eventual))
        #expect(explanation.order == ["eu-west-1", "eu-central-1"])
        #expect(explanation.stops.suffix(2).allSatisfy { $0.reason == "outside what the policy permits" })
    }
}
