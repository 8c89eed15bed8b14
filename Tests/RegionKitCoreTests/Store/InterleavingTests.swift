import RegionKitTesting
import Synchronization
import Testing

@testable import RegionKitCore

/// What happens between two steps of one operation: the moments at which another thread may act.
@Suite struct InterleavingTests {
    private static let item: Item = ["id": "a", "state": "ready"]

    /// The first candidate; does something else first, once, as another thread could between a choice and its attempt.
    private final class Interruption: RoutingPolicy {
        private let action = Mutex<(@Sendable () -> Void)?>(nil)

        var description: String { "interruption" }

        func set(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

        func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
            let action = self.action.withLock { action in
                defer { action = nil }
                return action
            }
            action?()
            return candidates.first
        }
    }

    /// Back-offs that last until the clock is moved.
    private static func slowly(_ configuration: inout StoreConfiguration) {
        configuration.retry.baseBackoff = .seconds(1)
        configuration.retry.maximumBackoff = .seconds(1)
    }

    @Test(arguments: OperationKind.allCases)
    func `R2 a region that is evacuated between the choice and the attempt is not asked`(
        _ kind: OperationKind
    ) async throws {
        let policy = Interruption()
        let fixture = try StoreFixture(policy: policy)
        let store = fixture.store
        policy.set { try? store.evacuate("region-0") }
        switch kind {
        case .read: #expect(try await store.get("a").region == "region-1")
        case .write: #expect(try await store.put(Self.item).region == "region-1")
        }
        #expect(fixture.asked == [0, 1, 0])
    }

    @Test func `H4 of two operations that chose the same trial the later one goes elsewhere`() async throws {
        let policy = Interruption()
        let fixture = try StoreFixture(policy: policy)
        let (store, time) = (fixture.store, fixture.time)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { _ = try await store.get("a") }
        time.advance(by: .seconds(6.1))
        policy.set { store.engine.state.withLock { _ = $0.board.attemptBegan(.read, at: 0, time.now) } }
        #expect(try await store.get("a").region == "region-1")
        #expect(fixture.asked[0] == 3)
    }

    @Test func `F4 a write of unknown outcome stays so when the store shuts down before its repeat`() async throws {
        let fixture = try StoreFixture { Self.slowly(&$0) }
        fixture.answer(0, with: .fail(.unknownOutcome))
        let caller = Task { await failure { try await fixture.store.update("a", Update().add("hits", 1)) } }
        await fixture.time.waitForSleepers(1)
        await fixture.store.shutdown(drain: .zero)
        fixture.time.advance(by: .seconds(1))
        let error = await caller.value
        #expect(error?.code == .outcomeUnknown)
        #expect(error?.attempts.count == 1)
        #expect(fixture.asked == [1, 0, 0])
    }

    @Test func `F4 F9 a cancelled write that may have been done is of unknown outcome`() async throws {
        let fixture = try StoreFixture { Self.slowly(&$0) }
        fixture.answer(0, with: .fail(.unknownOutcome))
        let waiting = Task { await failure { try await fixture.store.update("a", Update().add("hits", 1)) } }
        await fixture.time.waitForSleepers(1)
        waiting.cancel()
        #expect(await waiting.value?.code == .outcomeUnknown)

        let raced = try StoreFixture(1, capabilities: BackendCapabilities())
        raced.answer(0, with: .hang(.succeed))
        let hanging = Task { await failure { try await raced.store.put(Self.item) } }
        await raced.time.waitForSleepers(1)
        hanging.cancel()
        let error = await hanging.value
        #expect(error?.code == .outcomeUnknown)
        #expect(error?.operation != nil)
        raced.backends[0].release()
    }

    @Test func `F1 an operation that wakes after its deadline makes no further attempt`() async throws {
        let fixture = try StoreFixture { Self.slowly(&$0) }
        fixture.answer(0, with: .fail(.throttled))
        let caller = Task { await failure { try await fixture.store.put(Self.item) } }
        await fixture.time.waitForSleepers(1)
        fixture.time.advance(by: .seconds(10))
        #expect(await caller.value?.attempts.count == 1)
        #expect(fixture.asked == [1, 0, 0])
    }

    @Test func `F2 a throttled write whose region is evacuated during the back-off goes to the next`() async throws {
        let fixture = try StoreFixture { Self.slowly(&$0) }
        fixture.answer(0, with: .fail(.throttled))
        let caller = Task { try await fixture.store.put(Self.item).region }
        await fixture.time.waitForSleepers(1)
        try fixture.store.evacuate("region-0")
        fixture.time.advance(by: .seconds(1))
        #expect(try await caller.value == "region-1")
    }

    @Test func `F4 a repeat of unknown outcome leaves its region not even when that is evacuated`() async throws {
        let fixture = try StoreFixture { Self.slowly(&$0) }
        fixture.answer(0, with: .fail(.unknownOutcome))
        let caller = Task { await failure { try await fixture.store.update("a", Update().add("hits", 1)) } }
        await fixture.time.waitForSleepers(1)
        try fixture.store.evacuate("region-0")
        fixture.time.advance(by: .seconds(1))
        #expect(await caller.value?.code == .outcomeUnknown)
        #expect(fixture.asked == [1, 0, 0])
    }

    @Test func `F8 an attempt that has answered holds no place in the bulkhead`() async throws {
        let fixture = try StoreFixture(2, capabilities: BackendCapabilities()) { $0.maximumInFlightPerRegion = 1 }
        for _ in 0..<500 { #expect(try await fixture.store.get("a").region == "region-0") }
    }

    @Test func `O2 events of one region come in the order in which things happened`() async throws {
        let observer = EventCollector()
        let fixture = try StoreFixture(1, observers: [observer]) { $0.eventBuffer = 100_000 }
        let store = fixture.store
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<10_000 {
                        try? store.evacuate("region-0")
                        try? store.restore("region-0")
                    }
                }
            }
        }
        await store.shutdown()
        await store.engine.relays[0].run()
        let isEvacuated = observer.events.map(\.kind).map { if case .evacuated = $0 { true } else { false } }
        #expect(isEvacuated.count > 20_000)
        #expect(!zip(isEvacuated, isEvacuated.dropFirst()).contains { $0 == $1 })
    }

    @Test func `F5 a trial does not move the active write region`() async throws {
        let fixture = try StoreFixture()
        try await fixture.store.put(Self.item)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { try await fixture.store.put(Self.item) }
        fixture.time.advance(by: .seconds(6.1))
        for _ in 0..<2 { #expect(try await fixture.store.put(Self.item).region == "region-1") }
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
    }

    @Test func `H4 H8 writes return to a region whose probe does not show that writes work`() async throws {
        let fixture = try StoreFixture()
        try await fixture.store.put(Self.item)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<4 { try await fixture.store.put(Self.item) }
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
        fixture.answer(0, with: .succeed)
        for second in 0..<90 {
            fixture.time.advance(by: .seconds(1))
            let before = fixture.asked[0]
            _ = try await fixture.store.put(Self.item, if: attribute("id").exists)
            #expect(fixture.asked[0] == before || second > 30, "a conditional write is no trial")
            try await fixture.store.put(Self.item)
        }
        #expect(fixture.store.activeRegion(for: .write) == "region-0")
    }

    @Test func `H2 a caller's own error in withRegion says nothing about the region`() async throws {
        struct Mistake: Error {}
        let fixture = try StoreFixture()
        for _ in 0..<3 {
            await #expect(throws: Mistake.self) {
                try await fixture.store.withRegion(for: .read) { _, _ in throw Mistake() }
            }
        }
        #expect(fixture.store.health()[0].reads == .unknown)
    }

    @Test func `F4 a caller's own work of unknown outcome is not repeated`() async throws {
        let fixture = try StoreFixture()
        let runs = Atomic<Int>(0)
        let error = await failure {
            try await fixture.slept {
                try await fixture.store.withRegion(for: .write) { _, _ in
                    runs.wrappingAdd(1, ordering: .relaxed)
                    throw BackendError(.unknownOutcome, .outcomeUnknown, "scripted")
                }
            }
        }
        #expect(error?.code == .outcomeUnknown)
        #expect(runs.load(ordering: .relaxed) == 1)
    }

    @Test func `R3 the error of an operation that is pinned to a fenced region names it`() async throws {
        let fixture = try StoreFixture()
        try fixture.store.evacuate("region-1")
        let error = await failure { try await fixture.store.get("a", in: "region-1") }
        #expect(error?.code == .noEligibleRegion)
        #expect(error?.region == "region-1")
    }

    @Test func `run returns normally when its task is cancelled, whatever a service makes of that`() async throws {
        struct Stubborn: StoreService {
            let time: ManualTime

            func run() async throws {
                try? await self.time.sleep(for: .seconds(3600))
                throw BackendError(.notSent, .cancelled, "")
            }

            func replicationLag(of region: Region) -> Duration? { nil }
        }
        let time = ManualTime()
        let store = try MultiRegionStore(
            schema: StoreFixture.schema,
            regions: [RegionEndpoint("region-0", ScriptedBackend())],
            services: [Stubborn(time: time)],
            time: time
        )
        let running = Task { try await store.run() }
        await time.waitForSleepers(2)
        running.cancel()
        try await running.value
    }
}
