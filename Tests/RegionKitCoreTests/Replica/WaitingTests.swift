import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct WaitingTests {
    @Test func `what a region took so far is waited for, and what comes later is not`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        try await mesh.write("k", 1, in: 0)
        #expect(try await mesh.replicator.waitForArrival(of: ["a"], within: .zero) == ["b", "c"])
        // Nobody waits for what other regions took.
        #expect(try await mesh.replicator.waitForArrival(of: ["b"], within: .zero) == [])
        let (replicator, time) = (mesh.replicator, mesh.time)
        async let waiting = time.flowing { try await replicator.waitForArrival(of: ["a"], within: .seconds(30)) }
        await replicator.replicateOnce()
        #expect(try await waiting == [])
    }

    @Test func `regions behind a cut link are told when the time is over`() async throws {
        let mesh = Mesh()
        try await mesh.replicator.prepare()
        mesh.replicator.setLink(from: "a", to: "c", LinkCondition(isCut: true))
        try await mesh.write("k", 1, in: 0)
        await mesh.replicator.replicateOnce()
        let (replicator, time) = (mesh.replicator, mesh.time)
        let begin = time.now
        let lacking = try await time.flowing {
            try await replicator.waitForArrival(of: ["a", "b"], within: .seconds(30))
        }
        #expect(lacking == ["c"])
        #expect(begin.duration(to: time.now) >= .seconds(30))
    }
}
