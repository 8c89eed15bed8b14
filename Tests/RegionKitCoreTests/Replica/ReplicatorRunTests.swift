import RegionKitCore
import RegionKitTesting
import Testing

struct ReplicatorRunTests {
    @Test func `run replicates within its poll interval, and ends by cancellation alone`() async throws {
        let mesh = Mesh(isReady: false)
        let run = ReplicatorRun(mesh)
        try await mesh.write("k", 1, in: 0)
        let first = try await run.wait { mesh.value("k", in: 1) == 1 && mesh.value("k", in: 2) == 1 }
        #expect(first <= .milliseconds(20))
        _ = try await run.wait { mesh.replicator.replicationLag(of: "b") == .zero && mesh.time.sleepers == 13 }
        mesh.time.advance(by: .seconds(1))
        run.executor.drain()
        try await mesh.write("k", 2, in: 1)
        #expect(try await run.wait { mesh.value("k", in: 0) == 2 } <= .milliseconds(160))
        try await run.end()
        #expect(mesh.time.sleepers == 0)
    }

    @Test func `C5 a region that comes back is up to date within lag + 5 s, and holds up no other (fault 12)`()
        async throws
    {
        let events = EventRecorder()
        let mesh = Mesh { events.record($0) }
        let run = ReplicatorRun(mesh)
        mesh.stores[2].setOutage(BackendError(.unavailable, .unavailable, "down"))
        _ = try await run.wait { events.events.contains("unreachable c: unavailable") }
        try await mesh.write("k", 2, in: 1)
        #expect(try await run.wait { mesh.value("k", in: 0) == 2 } <= .milliseconds(160))
        mesh.time.advance(by: .seconds(60))
        run.executor.drain()
        mesh.stores[2].setOutage(nil)
        #expect(try await run.wait { mesh.value("k", in: 2) == 2 } < .seconds(5))
        #expect(events.events.filter { $0 == "unreachable c: unavailable" }.count == 1)
        try await run.end()
        #expect(mesh.time.sleepers == 0)
    }

    @Test func `C5 a region restored while run works merges before it takes writes (fault 18)`() async throws {
        let events = EventRecorder()
        let mesh = Mesh { events.record($0) }
        let run = ReplicatorRun(mesh)
        let copy = mesh.stores[0].copy()
        try await mesh.write("k", 1, in: 0)
        try await mesh.write("l", 1, in: 1)
        _ = try await run.wait { mesh.isEqual && mesh.value("k", in: 2) == 1 && mesh.value("l", in: 2) == 1 }
        mesh.time.advance(by: .milliseconds(1))
        run.executor.drain()
        mesh.stores[0].restore(copy)
        #expect(try await run.wait { mesh.value("k", in: 0) == 1 && mesh.value("l", in: 0) == 1 } < .seconds(5))
        #expect(events.events.contains("lost a: history"))
        try await mesh.write("k", 2, in: 0)
        #expect(try await run.wait { mesh.value("k", in: 2) == 2 } < .seconds(5))
        try await run.end()
        #expect(mesh.time.sleepers == 0)
    }

    @Test func `A nudge carries a write without waiting for the next poll`() async throws {
        var configuration = Replicator.Configuration()
        configuration.pollInterval = .seconds(3600)
        configuration.checkInterval = .seconds(3600)
        let mesh = Mesh(["a", "b"], configuration: configuration)
        let run = ReplicatorRun(mesh)
        try await mesh.write("k", 1, in: 0)
        run.executor.drain()
        #expect(mesh.value("k", in: 1) == nil)
        mesh.replicator.nudge("a")
        run.executor.drain()
        #expect(mesh.value("k", in: 1) == 1)
        try await run.end()
        #expect(mesh.time.sleepers == 0)
    }
}
