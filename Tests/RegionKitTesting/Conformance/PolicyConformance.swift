public import RegionKitCore

/// Checks that a ``RoutingPolicy`` keeps its contract.
///
/// ```
/// let failures = PolicyConformance(Cheapest(), regions: ["us-west-2", "eu-west-1"]).run()
/// #expect(failures.isEmpty)
/// ```
///
/// The policy is asked about random regions: 1 to 64 of them or none, healthy or not, never reached or with absurd
/// latencies, and positions that are no region's. A policy that traps ends the process.
public struct PolicyConformance: Sendable {
    private let policy: any RoutingPolicy
    private let regions: [Region]
    private let seed: UInt64
    private let count: Int

    /// Prepares the suite.
    ///
    /// - Parameters:
    ///   - policy: What is checked.
    ///   - regions: The names that mean something to the policy; they are mixed with others.
    ///   - seed: Fixes the random questions; the same seed asks the same. [1]
    ///   - count: How many questions are asked. [10,000]
    public init(_ policy: any RoutingPolicy, regions: [Region] = [], seed: UInt64 = 1, count: Int = 10_000) {
        self.policy = policy
        self.regions = regions
        self.seed = seed
        self.count = count
    }

    /// Checks every rule.
    ///
    /// - Returns: What is not as it should be, up to 10 failures of a rule; empty for a policy that conforms.
    public func run() -> [ConformanceFailure] {
        let logs = Logs()
        var trials = PolicyTrial.Source(regions: self.regions, seed: self.seed)
        for number in 0..<max(0, self.count) {
            let trial = trials.next()
            self.checkChoice(trial, logs)
            self.checkPermission(trial, trials.next(), logs)
            // A walk asks once for each region.
            if number % 8 == 0 { self.checkWalk(trial, logs) }
        }
        return logs.all.flatMap(\.failures)
    }

    private struct Logs: Sendable {
        let answer = ConformanceLog(rule: "an answer is one of the candidates")
        let empty = ConformanceLog(rule: "the empty set has no answer")
        let pure = ConformanceLog(rule: "the same question has the same answer")
        let fence = ConformanceLog(rule: "an answer is permitted")
        let subset = ConformanceLog(rule: "what is permitted is among the regions asked about")
        let steady = ConformanceLog(rule: "what is permitted follows neither from health nor from chance")
        let walk = ConformanceLog(rule: "a walk through the candidates names none twice")

        var all: [ConformanceLog] {
            [self.answer, self.empty, self.pure, self.fence, self.subset, self.steady, self.walk]
        }
    }

    private func checkChoice(_ trial: PolicyTrial, _ logs: Logs) {
        let answer = trial.choice(of: self.policy)
        if let answer, !trial.candidates.contains(answer) {
            logs.answer.fail(trial.text, expected: "nil or a candidate", found: "\(answer)")
        }
        let copy = self.policy
        for again in [trial.choice(of: self.policy), trial.choice(of: copy)] where again != answer {
            logs.pure.fail(trial.text, expected: Self.text(answer), found: Self.text(again))
        }
        if let none = trial.choice(of: self.policy, among: []) {
            logs.empty.fail(trial.text, expected: "nil", found: "\(none)")
        }
        let permitted = trial.permission(of: self.policy)
        if let answer, trial.candidates.contains(answer), !permitted.contains(answer) {
            logs.fence.fail(trial.text, expected: "nil or one of \(permitted.map(\.self))", found: "\(answer)")
        }
    }

    /// - Parameter other: Lends its health, chance and home.
    private func checkPermission(_ trial: PolicyTrial, _ other: PolicyTrial, _ logs: Logs) {
        let permitted = trial.permission(of: self.policy)
        if !permitted.subtracting(trial.candidates).isEmpty {
            logs.subset.fail(trial.text, expected: "no others", found: "\(permitted.map(\.self))")
        }
        let later = trial.withHealth(of: other).permission(of: self.policy)
        if later != permitted {
            let found = "then \(later.map(\.self))"
            logs.steady.fail(trial.text, expected: "always \(permitted.map(\.self))", found: found)
        }
    }

    private func checkWalk(_ trial: PolicyTrial, _ logs: Logs) {
        var left = trial.candidates
        var named = RegionSet()
        while let answer = trial.choice(of: self.policy, among: left) {
            guard !named.contains(answer) else {
                logs.walk.fail(trial.text, expected: "another region than before", found: "\(answer) again")
                return
            }
            // An answer outside is the failure of another rule, and would never come to an end here.
            guard left.contains(answer) else { return }
            named.insert(answer)
            left.remove(answer)
        }
    }

    private static func text(_ answer: Int?) -> String { answer.map { "\($0)" } ?? "nil" }
}
