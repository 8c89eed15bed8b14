import RegionKitCore
import RegionKitTesting
import Testing

/// A store over three regions in memory that replicate, with faults between the engine and the regions.
@Suite struct MeshedStoreTests {
    private let mesh = Mesh(["region-0", "region-1", "region-2"])
    private let plan = FaultPlan(seed: 11)
    private let store: MultiRegionStore

    init() throws {
        let (mesh, plan) = (self.mesh, self.plan)
        var configuration = StoreConfiguration()
        configuration.retry.baseBackoff = .nanoseconds(1)
        configuration.retry.maximumBackoff = .nanoseconds(1)
        // The faults of these tests are of single answers; no region is to become unhealthy by them.
        configuration.health.failoverThreshold = 1000
        configuration.health.minimumAttempts = 10_000
        configuration.retry.budget = 1_000_000
        self.store = try MultiRegionStore(
            schema: Mesh.schema,
            regions: mesh.stores.map {
                RegionEndpoint($0.region, FaultInjectingBackend(ReplicaBackend($0), region: $0.region, plan: plan))
            },
            configuration: configuration,
            time: mesh.time
        )
    }

    private func settle() async throws {
        let replicator = self.mesh.replicator
        let isSettled = try await self.mesh.time.flowing { try await replicator.settle(within: .seconds(60)) }
        #expect(isSettled)
    }

    @Test func `fault 4 F4 of a thousand increments whose answers are lost none is done twice`() async throws {
        let store = self.store
        self.plan.add(FaultRule(.unknownAfterCommit, on: .writes, probability: 0.3))
        self.plan.add(FaultRule(.unknownBeforeCommit, on: .writes, probability: 0.2))
        var acknowledged = 0
        for _ in 0..<1000 {
            do throws(RegionError) {
                try await store.update("hits", Update().add("value", 1))
                acknowledged += 1
            } catch {
                #expect(error.code == .outcomeUnknown, "a caller is never told that it failed")
            }
        }
        self.plan.clear()
        let item = try await store.get("hits", consistency: .consistent).item
        let count = try #require(item?["value"]?.number?.int64)
        #expect(acknowledged > 900)
        #expect(count >= acknowledged && count <= 1000, "\(count) done, \(acknowledged) acknowledged")
        #expect(self.plan.injected > 400)
    }

    @Test func `F4 a put whose answer was lost does not undo a later acknowledged write of another region`()
        async throws
    {
        let store = self.store
        // The first region's clock is far ahead: without the floor its version would win over every later one.
        self.mesh.stores[0].setClockSkew(.seconds(30))
        self.plan.add(FaultRule(.unknownAfterCommit, on: .writes, in: "region-0"))
        let repeated = try await store.put(["id": "a", "value": 1])
        #expect(repeated.region == "region-1")
        try await store.put(["id": "a", "value": 2], in: "region-1")
        self.plan.clear()
        try await self.settle()
        for region in store.regions {
            #expect(try await store.get("a", in: region).item?["value"] == 2, "in \(region)")
        }
    }

    @Test func `C1 no skew of clocks lets an older write win over one that has seen it`() async throws {
        let store = self.store
        for (position, seconds) in [20.0, -20, 0.5].enumerated() {
            self.mesh.stores[position].setClockSkew(.seconds(seconds))
        }
        for value in 1...60 {
            let region = store.regions[value % 3]
            try await store.put(["id": "a", "value": .number(Number(value))], in: region)
            try await self.settle()
            for other in store.regions {
                #expect(try await store.get("a", in: other).item?["value"] == .number(Number(value)))
            }
        }
    }

    @Test func `C2 an acknowledged write is read back by a consistent read in its region`() async throws {
        for value in 1...50 {
            let written = try await self.store.put(["id": "a", "value": .number(Number(value))])
            let read = try await self.store.get("a", consistency: .consistent, in: written.region)
            #expect(read.item?["value"] == .number(Number(value)))
            #expect(read.version == written.version)
        }
    }

    @Test func `F4b a write that hangs past its deadline never lands afterwards`() async throws {
        let (store, time) = (self.store, self.mesh.time)
        self.plan.add(FaultRule(.slow(.seconds(30)), on: .writes, in: "region-0"))
        let error = await failure {
            try await time.flowing {
                try await store.put(
                    ["id": "late", "value": 1],
                    in: "region-0",
                    options: OperationOptions(deadline: .seconds(1))
                )
            }
        }
        #expect(error?.code == .outcomeUnknown)
        time.advance(by: .seconds(60))
        for _ in 0..<100 { await Task.yield() }
        self.plan.clear()
        #expect(try await store.get("late", consistency: .consistent, in: "region-0").item == nil)
    }
}
