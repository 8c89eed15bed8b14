import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct DistanceTests {
    @Test func `regions that have everything are no distance apart`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        try await mesh.write("k", 1, in: 0)
        #expect(try await mesh.settle())
        let distances = await mesh.replicator.distances()
        #expect(distances == ["a", "b", "c"].reduce(into: [:]) { $0[$1] = ReplicaDistance(lag: .zero, atRisk: 0) })
    }

    @Test func `C7 writes that no other region has are at risk, and the oldest tells the lag`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        mesh.replicator.setLink(from: "a", to: "c", LinkCondition(isCut: true))
        try await mesh.write("k", 1, in: 0)
        mesh.time.advance(by: .seconds(3))
        try await mesh.write("l", 1, in: 0)
        var distances = await mesh.replicator.distances()
        #expect(distances["a"] == ReplicaDistance(lag: .zero, atRisk: 2))
        #expect(distances["b"] == ReplicaDistance(lag: .seconds(3), atRisk: 0))
        await mesh.replicator.replicateOnce()
        distances = await mesh.replicator.distances()
        #expect(distances["a"]?.atRisk == 0, "one other region is enough")
        #expect(distances["b"]?.lag == .zero)
        #expect(distances["c"]?.lag == .seconds(3))
    }

    @Test func `a region that does not answer is missing, and the others are compared`() async throws {
        let stores = ["a", "b", "c"].map { InMemoryReplicaStore(Region($0), schema: Mesh.schema) }
        let replicator = Replicator(stores, time: ManualTime())
        try await replicator.prepare()
        await stores[2].shutdown()
        let distances = await replicator.distances()
        #expect(Set(distances.keys) == ["a", "b"])
    }

    @Test func `one region alone has no lag and nothing that could be elsewhere`() async throws {
        let mesh = Mesh(["a"])
        try await mesh.replicator.prepare()
        #expect(await mesh.replicator.distances() == ["a": ReplicaDistance()])
    }
}
