import RegionKitTesting
import Testing

@testable import RegionKitCore

/// F4: what became of a write whose caller was told `outcomeUnknown`.
@Suite struct ResolutionTests {
    private let plan = FaultPlan()
    private let backends: [InMemoryBackend]
    private let store: MultiRegionStore
    private let increment = Update().add("n", 1)

    init() throws {
        let schema = StoreFixture.schema
        var configuration = StoreConfiguration()
        // A busy machine must not add faults.
        (configuration.deadline, configuration.attemptTimeout) = (.seconds(60), .seconds(60))
        configuration.retry.baseBackoff = .nanoseconds(1)
        configuration.retry.maximumBackoff = .nanoseconds(1)
        // What is lost is lost in every attempt, and no region is given up.
        configuration.retry.budget = 1_000_000
        configuration.health.failoverThreshold = 10_000
        configuration.health.minimumAttempts = 10_000
        let (plan, names) = (self.plan, ["a", "b"].map { Region($0) })
        let backends = names.map { InMemoryBackend($0, schema: schema) }
        self.backends = backends
        self.store = try MultiRegionStore(
            schema: schema,
            regions: zip(names, backends).map {
                RegionEndpoint($0, FaultInjectingBackend($1, region: $0, plan: plan))
            },
            configuration: configuration
        )
    }

    /// The id of a write whose answers are all lost.
    private func lost(
        _ fault: FaultRule.Fault,
        _ write: (MultiRegionStore) async throws(RegionError) -> Void
    ) async throws -> OperationID {
        for name in ["update", "put", "transact"] { self.plan.add(FaultRule(fault, on: .operation(name))) }
        defer { self.plan.clear() }
        do throws(RegionError) { try await write(self.store) } catch {
            #expect(error.code == .outcomeUnknown)
            return try #require(error.operation)
        }
        throw RegionError(.validation, "the write succeeded")
    }

    @Test func `F4 a write that was done is told, with its version, as often as it is asked for`() async throws {
        let id = try await self.lost(.unknownAfterCommit) { store throws(RegionError) in
            try await store.update("k", self.increment)
        }
        let answer = try await self.store.get("k")
        #expect(answer.item?["n"] == 1 && answer.version != nil)
        try await self.store.update("k", self.increment)
        for _ in 0..<2 { #expect(await self.store.resolve(id) == .applied(answer.version)) }
    }

    @Test func `F4 a write that was not done is told, and is not done later`() async throws {
        let writes: [Write] = [.update("k", self.increment), .put(["id": "l"], if: !attribute("id").exists)]
        let id = try await self.lost(.unknownBeforeCommit) { store throws(RegionError) in
            try await store.transact(writes)
        }
        #expect(await self.store.resolve(id) == .notApplied)
        let late = await #expect(throws: BackendError.self) {
            try await self.backends[0].perform(.transact(writes), in: .test(operation: id))
        }
        #expect(late?.failure == .rejected)
        for key in ["k", "l"] as [Key] { #expect(try await self.store.get(key).item == nil) }
        #expect(await self.store.resolve(id) == .notApplied)
    }

    @Test func `F4 nothing is said while the region does not answer, nor of a write that nobody knows`() async throws {
        let id = try await self.lost(.unknownAfterCommit) { store throws(RegionError) in
            try await store.update("k", self.increment)
        }
        self.plan.add(FaultRule(.notSent, in: "a"))
        let options = OperationOptions(deadline: .milliseconds(200))
        #expect(await self.store.resolve(id, options: options) == .stillUnknown)
        self.plan.clear()
        let unknown = OperationID(high: 1, low: 2)
        #expect(await self.store.resolve(unknown) == .stillUnknown)
        let version = try await self.store.get("k").version
        #expect(await self.store.resolve(id) == .applied(version))
    }

    @Test func `R2 a region that was taken out is not asked`() async throws {
        let id = try await self.lost(.unknownAfterCommit) { store throws(RegionError) in
            try await store.update("k", self.increment)
        }
        try self.store.evacuate("a")
        let before = self.plan.injected
        self.plan.add(FaultRule(.slow(.zero)))
        #expect(await self.store.resolve(id) == .stillUnknown)
        #expect(self.plan.injected == before)
    }

    @Test func `F4 of a put that was done in several regions the newest version is told`() async throws {
        let id = try await self.lost(.unknownAfterCommit) { store throws(RegionError) in
            try await store.put(["id": "k"])
        }
        var versions: [Version] = []
        for backend in self.backends {
            let response = try await backend.perform(.get("k", .consistent), in: .test())
            if case .item(let found) = response, let version = found.version { versions.append(version) }
        }
        #expect(versions.count == 2)
        #expect(await self.store.resolve(id) == .applied(versions.max()))
    }

    @Test func `F4 after nine minutes, by any clock, a region may have forgotten, and nothing is said`() async throws {
        let (backend, time) = (self.backends[0], ManualTime())
        let request = BackendRequest.write(.update("k", self.increment))
        func outcome(_ age: Duration, _ change: (inout UnresolvedWrite) -> Void = { _ in }) async throws
            -> BackendResponse
        {
            let context = AttemptContext.test(time, within: .seconds(1))
            var write = try #require(UnresolvedWrite(request, in: StoreFixture.schema, time: time))
            write.began = write.began.advanced(by: .zero - age)
            change(&write)
            return try await backend.perform(.resolve(write), in: context)
        }
        #expect(try await outcome(.seconds(538)) == .outcome(.notApplied))
        #expect(try await outcome(.seconds(540)) == .outcome(.stillUnknown))
        #expect(try await outcome(.zero) { $0.beganMilliseconds -= 541_000 } == .outcome(.stillUnknown))
    }

    @Test func `F4 a region that lost the id knows it by the row, had back from a peer, or says nothing`() async throws
    {
        let (replica, time) = (InMemoryReplicaStore("a", schema: StoreFixture.schema), ManualTime())
        let request = BackendRequest.write(.put(["id": "k"], if: !attribute("id").exists))
        func outcome(_ context: AttemptContext) async throws -> BackendResponse {
            let write = try #require(UnresolvedWrite(request, in: StoreFixture.schema, time: time))
            return try await ReplicaBackend(replica).perform(.resolve(write), in: context)
        }
        #expect(try await outcome(.test(time)) == .outcome(.notApplied))
        let incarnation = try await replica.status(in: .test(time)).head.incarnation
        try await replica.beginIncarnation(replacing: incarnation, in: .test(time))
        let next = try await replica.status(in: .test(time)).head.incarnation
        try await replica.markReady(next, in: .test(time))
        let context = AttemptContext.test(time)
        let version = Version(timestamp: HybridTimestamp(milliseconds: 1), origin: Origin("b"))
        let row = ReplicaRow(key: "k", item: ["id": "k"], version: version, operation: context.operation)
        _ = try await replica.apply(ReplicaApplication(peer: "b", rows: [row], from: nil, to: .start), in: .test(time))
        #expect(try await outcome(context) == .outcome(.applied(version)))
        #expect(try await outcome(.test(time)) == .outcome(.stillUnknown))
        time.advance(by: .seconds(61))
        #expect(try await outcome(.test(time)) == .outcome(.notApplied))
    }

    @Test func `H1 what a region says of an earlier write changes nothing in its health, nor that it does not`()
        async throws
    {
        let fixture = try StoreFixture(2)
        fixture.answer(0, with: .fail(.unknownOutcome))
        let error = await failure { try await fixture.store.update("k", Update().add("n", 1)) }
        let id = try #require(error?.operation)
        #expect(fixture.store.health()[0].writes == .unhealthy)
        fixture.answer(0, with: .respond(.outcome(.applied(nil))))
        for _ in 0..<5 { #expect(await fixture.store.resolve(id) == .applied(nil)) }
        #expect(fixture.store.health()[0].writes == .unhealthy)

        let other = try StoreFixture(2, capabilities: BackendCapabilities(honoursDeadlines: true))
        other.backends[0].setScript { call, _ in
            if case .resolve = call.request { .fail(.unavailable) } else { .fail(.unknownOutcome) }
        }
        let second = await failure { try await other.store.update("k", Update().add("n", 1)) }
        let next = try #require(second?.operation)
        for _ in 0..<5 { #expect(await other.store.resolve(next) == .stillUnknown) }
        #expect(other.asked[0] > 5 && other.asked[1] == 0)
        #expect(other.store.health()[0].writes == .degraded)
        #expect(other.store.activeRegion(for: .write) == "region-0")
    }

    @Test func `the last writes are remembered, and no more`() throws {
        var writes = UnresolvedWrites()
        let request = BackendRequest.write(.delete("k"))
        var write = try #require(UnresolvedWrite(request, in: StoreFixture.schema, time: ManualTime()))
        var known: [Int] { (0..<4000).filter { writes[OperationID(high: 0, low: UInt64($0))] != nil } }
        for number in 0..<4000 {
            if number == 3000 {
                #expect(known == Array(1976..<3000))
                write.keys = (0..<100).map { Key(.string("k\($0)")) }
            }
            writes.note(OperationID(high: 0, low: UInt64(number)), .init(write: write, regions: []))
        }
        #expect(known == Array(3960..<4000))
    }
}
