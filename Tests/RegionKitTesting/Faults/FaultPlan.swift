internal import RegionKitCore
internal import Synchronization

/// The faults of a test, shared by the backends of all its regions and changed while it runs.
public final class FaultPlan: Sendable {
    private struct State {
        var rules: [FaultRule]
        var generator: SeededGenerator
        var start: MonotonicInstant?
        var injected = 0
    }

    private let state: Mutex<State>

    /// Creates a plan; what is drawn depends on the seed and the order of calls alone.
    public init(seed: UInt64 = 0, _ rules: FaultRule...) {
        self.state = Mutex(State(rules: rules, generator: SeededGenerator(seed: seed)))
    }

    /// How many faults happened.
    public var injected: Int { self.state.withLock { $0.injected } }

    /// Adds a rule; earlier ones come first.
    public func add(_ rule: FaultRule) {
        self.state.withLock { $0.rules.append(rule) }
    }

    /// Removes all rules.
    public func clear() {
        self.state.withLock { $0.rules = [] }
    }

    /// The fault of one call: that of the first rule that applies.
    func fault(for request: BackendRequest?, in region: Region, at now: MonotonicInstant) -> FaultRule.Fault? {
        self.state.withLock { state in
            let start = state.start ?? now
            state.start = start
            for index in state.rules.indices where state.rules[index].concerns(request, in: region) {
                let rule = state.rules[index]
                if let window = rule.window, !window.contains(start.duration(to: now)) { continue }
                if rule.count == 0 { continue }
                if rule.probability < 1, Double.random(in: 0..<1, using: &state.generator) >= rule.probability {
                    continue
                }
                if let count = rule.count { state.rules[index].count = count - 1 }
                state.injected += 1
                return rule.fault
            }
            return nil
        }
    }
}
