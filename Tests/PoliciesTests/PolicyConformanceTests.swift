import Policies
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

/// A policy of two functions.
private struct Made: RoutingPolicy {
    var choice: @Sendable (RoutingRequest, RegionSet) -> Int?
    var permission: @Sendable (RoutingRequest, RegionSet, RegionSnapshot) -> RegionSet = { _, regions, _ in regions }
    let description = "made"

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        self.choice(request, candidates)
    }

    func permitted(for request: RoutingRequest, of regions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet {
        self.permission(request, regions, snapshot)
    }
}

@Suite struct PolicyConformanceTests {
    @Test(
        arguments: PolicySamples.texts + [
            "fallback(sticky(residency(us-west-2, eu-west-1; latency)), excluding(us-east-1, weighted(us-west-2=1)))",
            "when(key-prefix:key-1, read-write(sticky(latency), primary-first), when(table:table, nearest(us-east-1), latency))",
        ]
    )
    func `R1 every policy keeps the contract`(_ text: String) throws {
        let policy = try PolicyRegistry.standard.policy(text)
        #expect(PolicyConformance(policy, regions: PolicySamples.names, seed: 42).run() == [])
    }

    private func expectFailure(_ rule: String, _ policy: Made, sourceLocation: SourceLocation = #_sourceLocation) {
        let rules = PolicyConformance(policy, count: 500).run().map(\.rule)
        #expect(rules.contains(rule), "found: \(Set(rules))", sourceLocation: sourceLocation)
    }

    @Test func `a policy that breaks a promise fails by its rule`() {
        #expect(PolicyConformance(Made { $1.first }, count: 500).run() == [])
        self.expectFailure("an answer is one of the candidates", Made { _, set in set.isEmpty ? nil : 1 })
        self.expectFailure("the empty set has no answer", Made { _, set in set.first ?? 0 })
        self.expectFailure(
            "an answer is permitted",
            Made {
                $1.first
            } permission: { _, _, _ in
                []
            }
        )
        self.expectFailure(
            "what is permitted is among the regions asked about",
            Made {
                $1.first
            } permission: { _, _, _ in
                [1, 2]
            }
        )
        let rule = "what is permitted follows neither from health nor from chance"
        self.expectFailure(
            rule,
            Made { _, _ in
                nil
            } permission: {
                request,
                regions,
                _ in
                request.random % 2 == 0 ? regions : []
            }
        )
        self.expectFailure(
            rule,
            Made { _, _ in
                nil
            } permission: {
                request,
                regions,
                _ in
                request.home == nil ? regions : []
            }
        )
        self.expectFailure(
            rule,
            Made { _, _ in
                nil
            } permission: {
                $2.regions.first?.reads == .unhealthy ? [] : $1
            }
        )
        self.expectFailure("a walk through the candidates names none twice", Made { _, set in set.isEmpty ? nil : 1 })
    }

    @Test func `a policy that remembers fails by its rule`() {
        let calls = Mutex(0)
        let policy = Made { _, set in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            return call % 2 == 0 ? set.first : set.map(\.self).last
        }
        self.expectFailure("the same question has the same answer", policy)
    }

    @Test func `the same seed asks the same questions`() {
        let policy = Made { _, set in set.isEmpty ? nil : 1 }
        let first = PolicyConformance(policy, seed: 5, count: 100).run()
        #expect(!first.isEmpty)
        #expect(first == PolicyConformance(policy, seed: 5, count: 100).run())
        #expect(first != PolicyConformance(policy, seed: 6, count: 100).run())
    }
}
