import RegionKitCore
import RegionKitTesting
import Testing

struct ReplicatorTests {
    @Test func `C5 writes reach every region, and the newest wins everywhere (fault 15)`() async throws {
        let mesh = Mesh(isReady: false)
        try await mesh.replicator.prepare()
        try await mesh.write("k", 1, in: 0)
        try await mesh.write("k", 2, in: 1)
        mesh.time.advance(by: .milliseconds(1))
        let last = try await mesh.write("k", 3, in: 2)
        try await mesh.write("other", 4, in: 0)
        #expect(try await mesh.settle())
        #expect(mesh.isEqual)
        #expect(mesh.stores[0].contents["k"]?.version == last)
        #expect(mesh.value("k", in: 1) == 3)
    }

    @Test func `C1 causal order survives skewed clocks (fault 14)`() async throws {
        for skew in [500, 5000, 30_000, -500, -5000, -30_000] {
            let mesh = Mesh()
            try await mesh.replicator.prepare()
            mesh.stores[0].setClockSkew(.milliseconds(skew))
            mesh.stores[2].setClockSkew(.milliseconds(-skew))
            var newest: Version?
            for round in 0..<30 {
                let version = try await mesh.write("k", round, in: round % 3)
                if let newest { #expect(version > newest, "a later write must be newer") }
                newest = version
                await mesh.replicator.replicateOnce()
                mesh.time.advance(by: .milliseconds(10))
            }
            #expect(try await mesh.settle())
            #expect(mesh.value("k", in: 1) == 29)
        }
    }

    @Test func `C1 changes more than 60 s ahead are parked, and applied when they are due (fault 14)`() async throws {
        let mesh = Mesh(["a", "b"])
        try await mesh.replicator.prepare()
        mesh.stores[0].setClockSkew(.seconds(75))
        try await mesh.write("far", 1, in: 0)
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("far", in: 1) == nil)
        #expect(try await mesh.status(1).parked == 1)
        mesh.time.advance(by: .seconds(14))
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("far", in: 1) == nil)
        mesh.time.advance(by: .seconds(2))
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("far", in: 1) == 1)
        #expect(try await mesh.status(1).parked == 0)
    }

    @Test func `C1 a full parking table stops the link with an event, and nothing is lost`() async throws {
        let events = EventRecorder()
        let mesh = Mesh(["a", "b"], parkingLimit: 3) { events.record($0) }
        try await mesh.replicator.prepare()
        mesh.stores[0].setClockSkew(.seconds(600))
        for n in 0..<5 { try await mesh.write(Key(.string("k\(n)")), n, in: 0) }
        await mesh.replicator.replicateOnce()
        #expect(events.events.contains("failed a>b: unavailable"))
        #expect(mesh.replicator.links().first?.failures == 1)
        #expect(mesh.stores[1].contents.isEmpty)
        mesh.time.advance(by: .seconds(600))
        #expect(try await mesh.settle())
        #expect(mesh.isEqual)
        #expect(events.events.last == "recovered a>b")
    }

    @Test func `A cut link stops one direction alone, and both converge after it heals (fault 12)`() async throws {
        let mesh = Mesh(["a", "b"])
        try await mesh.replicator.prepare()
        await mesh.replicator.replicateOnce()
        mesh.replicator.setLink(from: "a", to: "b", LinkCondition(isCut: true))
        try await mesh.write("from-a", 1, in: 0)
        try await mesh.write("from-b", 2, in: 1)
        await mesh.replicator.replicateOnce()
        mesh.time.advance(by: .seconds(5))
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("from-b", in: 0) == 2)
        #expect(mesh.value("from-a", in: 1) == nil)
        #expect(mesh.replicator.replicationLag(of: "b") == .seconds(5))
        #expect(mesh.replicator.replicationLag(of: "a") == .zero)
        mesh.replicator.setLink(from: "a", to: "b", LinkCondition())
        #expect(try await mesh.settle())
        #expect(mesh.value("from-a", in: 1) == 1)
    }

    @Test func `A lag is kept to the millisecond`() async throws {
        let mesh = Mesh(["a", "b"])
        try await mesh.replicator.prepare()
        mesh.replicator.setLinks(LinkCondition(lag: .milliseconds(300)))
        try await mesh.write("k", 1, in: 0)
        await mesh.replicator.replicateOnce()
        mesh.time.advance(by: .milliseconds(299))
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("k", in: 1) == nil)
        #expect(mesh.replicator.replicationLag(of: "b") == .milliseconds(299))
        mesh.time.advance(by: .milliseconds(1))
        await mesh.replicator.replicateOnce()
        #expect(mesh.value("k", in: 1) == 1)
    }

    @Test func `C5 collection waits for every region, then removes tombstones and log`() async throws {
        let mesh = Mesh()
        mesh.configuration.tombstoneRetention = .seconds(10)
        mesh.restart()
        try await mesh.replicator.prepare()
        try await mesh.write("k", 1, in: 0)
        try await mesh.write("k", nil, in: 0)
        #expect(try await mesh.settle())
        #expect(await mesh.replicator.collect())
        #expect(mesh.stores[1].contents["k"] != nil, "the tombstone is too young")
        mesh.time.advance(by: .seconds(11))
        mesh.stores[2].setOutage(BackendError(.notSent, .unavailable, "down"))
        #expect(await mesh.replicator.collect() == false)
        #expect(mesh.stores[1].contents["k"] != nil, "one region does not answer")
        mesh.replicator.forget("c")
        #expect(await mesh.replicator.collect())
        #expect(mesh.stores[0].contents.isEmpty && mesh.stores[1].contents.isEmpty)
        #expect(try await mesh.status(0).collectionFloor != nil)
    }

    @Test func `Two replicators at once do no harm`() async throws {
        let mesh = Mesh(isReady: false)
        let other = Replicator(mesh.stores, time: mesh.time)
        try await mesh.replicator.prepare()
        try await other.prepare()
        for round in 0..<50 {
            try await mesh.write(Key(.string("k\(round % 7)")), round, in: round % 3)
            await withTaskGroup(of: Void.self) { group in
                let first = mesh.replicator
                group.addTask { await first.replicateOnce() }
                group.addTask { await other.replicateOnce() }
                group.addTask { await first.collect() }
            }
        }
        #expect(try await mesh.settle())
        #expect(mesh.isEqual)
        #expect(try await mesh.status(0).head.sequence == 17)
    }

    @Test func `Regions that cannot work together are refused`() async throws {
        let other = TableSchema(name: "other", partitionKey: "id")
        for (stores, field) in [
            (["a", "b", "a"].map { InMemoryReplicaStore(Region($0), schema: Mesh.schema) }, "stores[2].region"),
            (
                [InMemoryReplicaStore("a", schema: Mesh.schema), InMemoryReplicaStore("b", schema: other)],
                "stores[1].schema"
            ),
        ] {
            let error = await #expect(throws: ConfigurationError.self) { try await Replicator(stores).prepare() }
            #expect(error?.field == field)
        }
        var configuration = Replicator.Configuration()
        configuration.batch = 0
        let replicator = Replicator([], configuration: configuration)
        let error = await #expect(throws: ConfigurationError.self) { try await replicator.run() }
        #expect(error?.field == "batch")
    }
}
