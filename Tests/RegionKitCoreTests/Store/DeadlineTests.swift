import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct DeadlineTests {
    private static let untrusted = BackendCapabilities()

    @Test func `F1 a backend that hangs and ignores its deadline costs one attempt timeout`() async throws {
        let fixture = try StoreFixture(capabilities: Self.untrusted)
        fixture.answer(0, with: .hang(.succeed))
        let start = fixture.time.now
        async let answer = fixture.store.get("a")
        await fixture.time.waitForSleepers(1)
        fixture.time.advance(by: .seconds(1))
        #expect(try await answer.region == "region-1")
        #expect(start.duration(to: fixture.time.now) == .seconds(1))
        #expect(fixture.store.health()[0].inFlight == 1, "it keeps its place until it truly ends")
        fixture.backends[0].release()
    }

    @Test func `F1 when every region hangs the operation throws at its deadline`() async throws {
        let fixture = try StoreFixture(capabilities: Self.untrusted)
        fixture.answer(0, 1, 2, with: .hang(.succeed))
        let start = fixture.time.now
        let error = await failure { try await fixture.slept { try await fixture.store.get("a") } }
        #expect(error?.code == .deadlineExceeded)
        #expect(start.duration(to: fixture.time.now) <= .seconds(5) + .milliseconds(50))
        #expect(await fixture.store.shutdown(drain: .zero) == ["region-0", "region-1", "region-2"])
        for backend in fixture.backends { backend.release() }
    }

    @Test func `F1 an attempt never lasts beyond the operation's deadline`() async throws {
        let fixture = try StoreFixture { $0.attemptTimeout = .seconds(4) }
        let start = fixture.time.now
        _ = try await fixture.store.get("a", options: OperationOptions(deadline: .milliseconds(300)))
        let context = try #require(fixture.backends[0].calls.first?.context)
        #expect(start.duration(to: context.deadline) == .milliseconds(300))
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `F1 H2 a deadline that is over before the operation begins asks no region and counts against none`(
        _ deadline: Duration
    ) async throws {
        let fixture = try StoreFixture()
        let options = OperationOptions(deadline: deadline)
        for _ in 0..<5 {
            let read = await failure { try await fixture.store.get("a", options: options) }
            let write = await failure { try await fixture.store.put(["id": "a"], options: options) }
            #expect(read?.code == .deadlineExceeded)
            #expect(write?.code == .deadlineExceeded)
        }
        #expect(fixture.asked == [0, 0, 0])
        #expect(fixture.store.health().map(\.status) == [.unknown, .unknown, .unknown])
    }

    @Test func `F1 a write that timed out is of unknown outcome`() async throws {
        let fixture = try StoreFixture(1, capabilities: Self.untrusted)
        fixture.answer(0, with: .hang(.succeed))
        let error = await failure {
            try await fixture.slept { try await fixture.store.update("a", Update().add("hits", 1)) }
        }
        #expect(error?.code == .outcomeUnknown)
        fixture.backends[0].release()
    }

    @Test func `F9 cancelling the caller ends its attempt and changes no health`() async throws {
        let fixture = try StoreFixture(capabilities: Self.untrusted)
        fixture.answer(0, with: .hang(.succeed))
        let caller = Task { await failure { try await fixture.store.get("a") } }
        await fixture.time.waitForSleepers(1)
        caller.cancel()
        #expect(await caller.value?.code == .cancelled)
        let health = fixture.store.health()[0]
        #expect(health.reads == .unknown)
        #expect(health.errorCount == 0)
        fixture.backends[0].release()
    }

    @Test func `F9 cancelling during a back-off ends the operation`() async throws {
        let fixture = try StoreFixture { configuration in
            configuration.retry.baseBackoff = .seconds(1)
            configuration.retry.maximumBackoff = .seconds(1)
        }
        fixture.answer(0, with: .fail(.throttled))
        let caller = Task { await failure { try await fixture.store.put(["id": "a"]) } }
        await fixture.time.waitForSleepers(1)
        caller.cancel()
        #expect(await caller.value?.code == .cancelled)
        #expect(fixture.time.sleepers == 0)
    }

    @Test func `a store that was shut down refuses operations and has shut its backends down`() async throws {
        let fixture = try StoreFixture()
        #expect(await fixture.store.shutdown() == [])
        #expect(await failure { try await fixture.store.get("a") }?.code == .closed)
        #expect(fixture.backends.map(\.shutdowns) == [1, 1, 1])
    }
}
