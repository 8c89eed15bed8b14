import RegionKitCore
import RegionKitTesting
import Testing

/// A replicator of a mesh at work, step by step.
struct ReplicatorRun {
    let mesh: Mesh
    let replicator: Replicator
    let executor: ManualExecutor
    private let task: Task<Void, any Error>

    /// Starts the replicator given, or the mesh's own.
    ///
    /// Replicators that share an executor work side by side; one whose executor is not drained stands still, as a
    /// stopped process does.
    init(_ mesh: Mesh, _ replicator: Replicator? = nil, on executor: ManualExecutor = ManualExecutor()) {
        let replicator = replicator ?? mesh.replicator
        self.mesh = mesh
        self.replicator = replicator
        self.executor = executor
        self.task = Task(executorPreference: executor) { try await replicator.run() }
        executor.drain()
    }

    /// The links that the replicator holds, as text.
    var held: [String] {
        self.replicator.links().filter(\.isHeld).map { "\($0.source)>\($0.target)" }
    }

    /// Lets time pass until the condition holds; answers how long that took.
    func wait(until condition: () async throws -> Bool) async throws -> Duration {
        let start = self.mesh.time.now
        for _ in 0..<5000 where try await !condition() {
            self.mesh.time.advanceToNextSleeper()
            self.executor.drain()
        }
        #expect(try await condition())
        return start.duration(to: self.mesh.time.now)
    }

    /// Lets so much time pass, sleeper by sleeper.
    func go(on duration: Duration) async throws {
        let end = self.mesh.time.now.advanced(by: duration)
        _ = try await self.wait { self.mesh.time.now >= end }
    }

    /// Cancels the replicator and waits for its end.
    func end() async throws {
        self.task.cancel()
        self.executor.drain()
        try await self.task.value
    }
}
