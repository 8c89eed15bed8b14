import Policies
import RegionKitCore
import Testing

@Suite struct CompositionTests {
    @Test func `R6 a region that answered an affinity before keeps it while it is a candidate`() {
        let policy: some RoutingPolicy = .latency.sticky()
        #expect(policy.choose(PolicySamples.request(affinity: "ada", home: 3)) == 3)
        let moved = policy.choose(PolicySamples.request(affinity: "ada", home: 3), from: [0, 1, 2])
        #expect(moved == 0 || moved == 2, "the latency policy decides among the fast ones")
        #expect(policy.choose(PolicySamples.request(affinity: "ada", home: 99)) != 99)
    }

    @Test func `where chance decides, all processes send an affinity to the same region`() {
        let policy: some RoutingPolicy = .latency.sticky()
        var homes: Set<Int?> = []
        for user in 0..<40 {
            let choices = Set(
                (0..<8).map { random in
                    policy.choose(
                        PolicySamples.request(affinity: "user-\(user)", random: random &* 0x9E37_79B9_7F4A_7C15)
                    )
                }
            )
            #expect(choices.count == 1)
            homes.formUnion(choices)
        }
        #expect(homes == [0, 2], "different affinities spread")
        let drawn = Set((0..<64).map { policy.choose(PolicySamples.request(random: $0 << 58 | $0 << 26)) })
        #expect(drawn == [0, 2], "without an affinity chance decides")
    }

    @Test func `the nearest of the listed candidates is taken, and none that is not listed`() {
        let policy: some RoutingPolicy = .nearest("eu-west-1", "us-east-1")
        #expect(policy.choose() == 2)
        #expect(policy.choose(from: [0, 1, 3]) == 1)
        #expect(policy.choose(from: [0, 3]) == nil)
        #expect(policy.reason(1) == "number 2 of the nearest regions")
        #expect(policy.reason(3) == "not among the nearest regions")
    }

    @Test func `a residency set is never left, also inside another policy`() {
        let policy: some RoutingPolicy = .primaryFirst.restricted(to: "us-east-1", "eu-west-1")
        #expect(policy.choose() == 1)
        #expect(policy.choose(from: [0, 3]) == nil)
        #expect(policy.permitted() == [1, 2])
        #expect(policy.reason(0) == "outside the residency set")
        #expect(policy.sticky().choose(PolicySamples.request(home: 0)) == 1)
        #expect(policy.sticky().permitted() == [1, 2])
        #expect(policy.restricted(to: "us-west-2").permitted() == [])
        #expect(policy.excluding("us-east-1").permitted() == [2])
        #expect(policy.when(.write, use: .primaryFirst).permitted() == [1, 2])
        #expect(policy.when(.write, use: .primaryFirst).permitted(PolicySamples.request(.write)) == [0, 1, 2, 3])
        let split: some RoutingPolicy = .readWriteSplit(reads: .latency, writes: policy)
        #expect(split.permitted(PolicySamples.request(.write)) == [1, 2])
        #expect(split.permitted() == [0, 1, 2, 3])
        #expect(split.reason(3, PolicySamples.request(.write)) == "outside the residency set")
    }

    @Test func `an excluded region is never used`() {
        let policy: some RoutingPolicy = .primaryFirst.excluding("us-west-2")
        #expect(policy.choose() == 1)
        #expect(policy.choose(from: [0]) == nil)
        #expect(policy.permitted() == [1, 2, 3])
        #expect(policy.reason(0) == "excluded by the policy")
    }

    @Test func `a fallback decides when the first policy wants or permits no candidate`() {
        let wants: some RoutingPolicy = .nearest("ap-southeast-1").fallingBack(to: .primaryFirst)
        #expect(wants.choose() == 3)
        #expect(wants.choose(from: [1, 2]) == 1)
        #expect(wants.reason(1, from: [1, 2]) == "by the fallback")
        let fenced = PrimaryFirst().restricted(to: "eu-west-1").fallingBack(
            to: .latency.restricted(to: "us-east-1", "ap-southeast-1")
        )
        #expect(fenced.choose() == 2)
        #expect(fenced.choose(from: [0, 1, 3]) == 1)
        #expect(fenced.choose(from: [0]) == nil)
        #expect(fenced.permitted() == [1, 2, 3])
        #expect(fenced.sticky().fallingBack(to: .primaryFirst).choose(PolicySamples.request(home: 0)) == 2)
    }

    @Test(arguments: [
        (RoutingPredicate.read, PolicySamples.request(), PolicySamples.request(.write)),
        (.write, PolicySamples.request(.write), PolicySamples.request()),
        (.consistent, PolicySamples.request(consistency: .consistent), PolicySamples.request(consistency: .eventual)),
        (.table("notes"), PolicySamples.request(), RoutingRequest(kind: .read, table: "notes2")),
        (
            .keyPrefix("eu#"), PolicySamples.request(partition: "eu#1"),
            PolicySamples.request(partition: .binary(Array("eu#1".utf8)))
        ),
        (.keyPrefix("eu#"), PolicySamples.request(partition: "eu#"), PolicySamples.request()),
        (.custom("early") { $0.affinity == "a" }, PolicySamples.request(affinity: "a"), PolicySamples.request()),
    ])
    func `a predicate chooses between two policies`(
        _ predicate: RoutingPredicate,
        _ fits: RoutingRequest,
        _ other: RoutingRequest
    ) {
        let policy: some RoutingPolicy = .primaryFirst.when(predicate, use: .nearest("eu-west-1"))
        #expect(policy.choose(fits) == 2)
        #expect(policy.choose(other) == 0)
        #expect(policy.reason(2, fits) == "number 1 of the nearest regions")
        #expect(policy.reason(2, other) == nil)
    }

    @Test func `the latency policy tells what it measured`() {
        let policy = Latency()
        #expect(policy.reason(0) == "5.0 ms on average, the lowest, 0 in flight")
        #expect(policy.reason(2) == "6.0 ms on average, within 15ms of the lowest, 0 in flight")
        #expect(policy.reason(3) == "90.0 ms on average, over 15ms of the lowest, 0 in flight")
        #expect(policy.reason(1, in: PolicySamples.snapshot([5, nil])) == "no latency measured yet")
        #expect(Latency(window: .seconds(-1)).window == .zero)
    }
}
