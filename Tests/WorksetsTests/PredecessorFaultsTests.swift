import RegionKitCore
import RegionKitTesting
import Testing
import Worksets

/// The seven faults of the program that this library takes the place of: each is shown to be gone.
struct PredecessorFaultsTests {
    @Test
    func `H6 a write before the first probe works`() async throws {
        let fixture = try await Fixture()
        #expect(fixture.database.regionHealth().values.allSatisfy { $0.status == .unknown })
        #expect(try await fixture.database.registerWorkset("ws-001", bucket: "b", prefix: "p/"))
        #expect(fixture.backends.values.allSatisfy { $0.probes == 0 })
    }

    @Test
    func `H6 a region that was never reached does not rank as the fastest`() async throws {
        let fixture = try await Fixture(policy: FastestKnown())
        try await fixture.register("ws-001")
        for _ in 0..<5 { _ = try await fixture.database.getWorkset("ws-001") }
        let health = fixture.database.regionHealth()
        #expect(health[Fixture.west]?.latency != nil)
        for region in [Fixture.east, Fixture.europe] {
            #expect(health[region]?.latency == nil)
            #expect(try fixture.backend(region).requests.isEmpty)
        }
    }

    @Test(arguments: [
        BackendError.refused, .reset, BackendError(.unavailable, .unavailable, "HTTP 500"),
        BackendError(.throttled, .throttled, "slow down"), BackendError(.rejected, .accessDenied, "no permission"),
    ])
    func `an error is never "not found", false or an empty list`(error: BackendError) async throws {
        let fixture = try await Fixture()
        try await fixture.register("ws-001")
        let lock = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        for backend in fixture.backends.values { backend.behaviour = .fails(error) }
        let database = fixture.database
        let operations: [@Sendable () async throws -> Void] = [
            { _ = try await database.getWorkset("ws-001") },
            { _ = try await database.registerWorkset("ws-001", bucket: "b", prefix: "p/") },
            { _ = try await database.updateState("ws-001", to: .inProgress, reason: "r") },
            { _ = try await database.acquireLock("ws-001", owner: "b") },
            { _ = try await database.refreshLock(lock) },
            { _ = try await database.releaseLock(lock) },
            { _ = try await database.listWorksets(in: .ready) },
            { _ = try await database.readyWorksetsPrioritized() },
            { _ = try await database.queueDepth() },
        ]
        for operation in operations {
            let thrown = try await fixture.time.flowing {
                await #expect(throws: WorksetError.self) { try await operation() }
            }
            #expect(thrown?.code == .store || thrown?.code == .outcomeUnknown)
            #expect(thrown?.cause?.attempts.isEmpty == false)
        }
    }

    @Test
    func `F2 a failed condition is not repeated in other regions`() async throws {
        let fixture = try await Fixture()
        try await fixture.register("ws-001")
        let before = try fixture.backend(Fixture.west).requests.count
        #expect(try await !fixture.database.registerWorkset("ws-001", bucket: "other", prefix: "p/"))
        #expect(try fixture.backend(Fixture.west).requests.count == before + 1)
        #expect(try fixture.backend(Fixture.east).requests.isEmpty)
        #expect(try fixture.backend(Fixture.europe).requests.isEmpty)
    }

    @Test
    func `H9 a forced failover outlives the next probes`() async throws {
        let fixture = try await Fixture()
        try await fixture.register("ws-001")
        try fixture.database.forceFailover(to: Fixture.east)
        for round in 0..<20 {
            await fixture.database.store.probe()
            fixture.time.advance(by: .seconds(30))
            try await fixture.register("ws-1\(round)")
            #expect(fixture.database.activeRegion == Fixture.east)
        }
        #expect(try fixture.backend(Fixture.east).requests.count == 20)
        #expect(fixture.database.regionHealth()[Fixture.west]?.status == .healthy)
    }

    @Test
    func `F1 a time-out fails over`() async throws {
        let fixture = try await Fixture()
        try await fixture.register("ws-001")
        try await fixture.replicate()
        try fixture.backend(Fixture.west).behaviour = .hangs
        let workset = try await fixture.time.flowing { try await fixture.database.getWorkset("ws-001") }
        #expect(workset?.id == "ws-001")
        #expect(try fixture.backend(Fixture.east).requests == ["get"])
    }

    @Test
    func `H8 one good probe does not bring all traffic back`() async throws {
        let fixture = try await Fixture()
        try await fixture.register("ws-001")
        try await fixture.replicate()
        let west = try fixture.backend(Fixture.west)
        west.behaviour = .fails(.refused)
        try await fixture.time.flowing { try await fixture.register("ws-002") }
        #expect(fixture.database.regionHealth()[Fixture.west]?.status == .unhealthy)
        #expect(fixture.database.activeRegion == Fixture.east)

        west.behaviour = .works
        fixture.time.advance(by: .seconds(60))
        let before = west.requests.count
        await fixture.database.store.probe()
        for round in 0..<50 {
            try await fixture.register("ws-1\(round)")
            _ = try await fixture.database.getWorkset("ws-001")
        }
        // A recovering region gets single trials, no more.
        #expect(west.requests.count <= before + 4)
        #expect(fixture.database.activeRegion == Fixture.east)

        try await fixture.serve(for: 120)
        #expect(fixture.database.activeRegion == Fixture.west)
    }
}

/// The lowest known latency: what the predecessor meant to do.
private struct FastestKnown: RoutingPolicy {
    var description: String { "fastest-known" }

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        candidates.filter { snapshot.regions[$0].latency != nil }.min {
            snapshot.regions[$0].latency ?? .zero < snapshot.regions[$1].latency ?? .zero
        }
    }
}
