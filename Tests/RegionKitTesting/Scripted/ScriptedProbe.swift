public import RegionKitCore
internal import Synchronization

/// A health probe that answers by a script and counts how often it was asked.
public final class ScriptedProbe: HealthProbe {
    /// How one check is answered.
    public enum Answer: Sendable {
        /// The region works.
        case report(ProbeReport)
        /// The region does not work.
        case fail(BackendError)
        /// None before the task is cancelled.
        case hang
    }

    private struct State {
        var checks = 0
        var script: @Sendable (any RegionBackend, Int) -> Answer
    }

    private let state: Mutex<State>

    /// Creates a probe.
    ///
    /// - Parameter script: Answers a check; also given how many checks came before it.
    public init(
        script: @escaping @Sendable (_ backend: any RegionBackend, _ number: Int) -> Answer = { _, _ in
            .report(ProbeReport())
        }
    ) {
        self.state = Mutex(State(script: script))
    }

    /// How often it was asked.
    public var checks: Int { self.state.withLock { $0.checks } }

    /// Gives every check from now on the same answer.
    public func setAnswer(_ answer: Answer) {
        self.state.withLock { $0.script = { _, _ in answer } }
    }

    /// Answers by the script.
    public func check(
        _ backend: any RegionBackend,
        in context: AttemptContext
    ) async throws(BackendError) -> ProbeReport {
        let (script, number) = self.state.withLock { state in
            defer { state.checks += 1 }
            return (state.script, state.checks)
        }
        switch script(backend, number) {
        case .report(let report): return report
        case .fail(let error): throw error
        case .hang:
            await context.time.hang()
            throw BackendError(.unknownOutcome, .cancelled, "The check was cancelled.")
        }
    }
}
