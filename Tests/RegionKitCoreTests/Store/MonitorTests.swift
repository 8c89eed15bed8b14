import RegionKitTesting
import Synchronization
import Testing

@testable import RegionKitCore

@Suite struct MonitorTests {
    @Test func `H7 regions are probed at once and a hanging probe delays no other`() async throws {
        let probe = ScriptedProbe { _, number in number == 0 ? .hang : .report(ProbeReport(writable: true)) }
        let fixture = try StoreFixture(probe: probe)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.store.run() }
            // Two regions sleep until their next look, one probe hangs: its own sleep and its timer.
            while fixture.store.health().filter({ $0.reads == .healthy }).count < 2 { await Task.yield() }
            #expect(probe.checks == 3)
            while fixture.store.health().contains(where: { $0.errorCount == 0 && $0.reads == .unknown }) {
                await fixture.time.waitForSleepers(1)
                fixture.time.advance(by: .seconds(1))
                await Task.yield()
            }
            #expect(fixture.store.health().filter { $0.reads == .degraded }.count == 1)
            group.cancelAll()
        }
        #expect(fixture.time.sleepers == 0, "run() leaves nothing behind")
    }

    @Test func `O2 a slow observer loses the oldest events and is told how many`() async throws {
        let observer = EventCollector()
        let fixture = try StoreFixture(observers: [observer]) { $0.eventBuffer = 4 }
        for _ in 0..<10 { _ = try await fixture.store.get("a") }
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.store.run() }
            while observer.events.count < 5 { await Task.yield() }
            group.cancelAll()
        }
        let events = observer.events.map(\.kind)
        guard case .eventsLost(let count) = events[0] else {
            Issue.record("the first event is \(events[0])")
            return
        }
        #expect(count >= 6)
    }

    @Test func `O2 an operation that moves on is told, and an event reads as a sentence`() async throws {
        let observer = EventCollector()
        let fixture = try StoreFixture(observers: [observer])
        fixture.answer(0, with: .fail(.unavailable))
        _ = try await fixture.store.get("a")
        let told = "a read moved from region-0 to region-1 (unavailable)"
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.store.run() }
            while !observer.events.contains(where: { "\($0)" == told }) { await Task.yield() }
            group.cancelAll()
        }
    }

    @Test func `O2 each check of a region is told, with what it said`() async throws {
        let observer = EventCollector()
        let probe = ScriptedProbe { _, number in
            number == 0 ? .report(ProbeReport(writable: false)) : .fail(BackendError(.notSent, .unavailable, "gone"))
        }
        let fixture = try StoreFixture(2, probe: probe, observers: [observer])
        await fixture.store.probe()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.store.run() }
            while observer.events.count(where: { "\($0)".hasPrefix("check of") }) < 2 { await Task.yield() }
            group.cancelAll()
        }
        let checks = observer.events.map { "\($0)" }.filter { $0.hasPrefix("check of") }.prefix(2)
        #expect(checks.count { $0.hasSuffix(": ok after 0.0 ms") } == 1)
        #expect(checks.count { $0.hasSuffix(": notSent after 0.0 ms") } == 1)
    }

    @Test func `H7 a monitor that has not run for three intervals says so`() async throws {
        let observer = EventCollector()
        let fixture = try StoreFixture(observers: [observer])
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await fixture.store.run() }
            await fixture.time.waitForSleepers(3)
            #expect(!fixture.store.health()[0].isMonitorStalled)
            fixture.time.advance(by: .seconds(91))
            #expect(fixture.store.health().allSatisfy(\.isMonitorStalled) || !observer.events.isEmpty)
            while !observer.events.contains(where: { if case .monitorStalled = $0.kind { true } else { false } }) {
                await Task.yield()
            }
            group.cancelAll()
        }
    }

    @Test func `H4 while the store runs, probes do the trials that they can do`() async throws {
        let fixture = try StoreFixture()
        let running = Task { try await fixture.store.run() }
        await fixture.time.waitForSleepers(3)
        #expect(fixture.store.engine.state.withLock { $0.board.probed.read } == [0, 1, 2])
        #expect(fixture.store.engine.state.withLock { $0.board.probed.write } == [])
        running.cancel()
        try await running.value
        #expect(fixture.store.engine.state.withLock { $0.board.probed.read } == [])
    }

    @Test func `H7 the probes of one second are capped`() async throws {
        let probe = ScriptedProbe()
        let fixture = try StoreFixture(probe: probe) { $0.health.maximumProbesPerSecond = 2 }
        let running = Task { try await fixture.store.run() }
        await fixture.time.waitForSleepers(3)
        #expect(probe.checks == 2)
        running.cancel()
        try await running.value
    }

    @Test func `H8 traffic returns where there is no traffic to drive it`() async throws {
        let probe = ScriptedProbe { _, _ in .report(ProbeReport(writable: true)) }
        let fixture = try StoreFixture(1, probe: probe)
        try fixture.store.evacuate("region-0")
        try fixture.store.restore("region-0")
        #expect(fixture.store.health()[0].isRecovering)
        var shares = [fixture.store.health()[0].readShare]
        let running = Task { try await fixture.store.run() }
        for _ in 0..<60 {
            await fixture.time.waitForSleepers(1)
            fixture.time.advance(by: .seconds(1))
            let share = fixture.store.health()[0].readShare
            if shares.last != share { shares.append(share) }
        }
        await fixture.time.waitForSleepers(1)
        #expect(shares == [0, 0.1, 0.5, 1])
        #expect(!fixture.store.health()[0].isRecovering)
        running.cancel()
        try await running.value
    }

    @Test func `a store runs once, and a failing service ends its run`() async throws {
        struct Broken: StoreService {
            struct Failure: Error {}
            func run() async throws { throw Failure() }
            func replicationLag(of region: Region) -> Duration? { nil }
        }
        let fixture = try StoreFixture(services: [Broken()])
        await #expect(throws: Broken.Failure.self) { try await fixture.store.run() }
        await #expect(throws: RegionError.self) { try await fixture.store.run() }
    }

    @Test func `withMultiRegionStore runs the store around a body and shuts it down`() async throws {
        let fixture = try StoreFixture()
        let region = try await withMultiRegionStore(fixture.store) { store in try await store.get("a").region }
        #expect(region == "region-0")
        #expect(fixture.backends.map(\.shutdowns) == [1, 1, 1])
    }
}
