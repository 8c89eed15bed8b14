import Policies
import RegionKitCore
import Testing

@Suite struct WeightedTests {
    private static func choices(_ policy: some RoutingPolicy, from candidates: RegionSet) -> [Int?] {
        (0..<20_000).map { number in
            policy.choose(PolicySamples.request(random: UInt64(number) &* 0xD134_2543_DE82_EF95), from: candidates)
        }
    }

    @Test func `shares follow the weights, and a failed region moves only its own`() throws {
        let policy: some RoutingPolicy = try .weighted(["us-west-2": 3, "us-east-1": 1, "ap-southeast-1": 1])
        let before = Self.choices(policy, from: [0, 1, 2, 3])
        for (position, share) in [(0, 0.6), (1, 0.2), (2, 0), (3, 0.2)] {
            let found = Double(before.count { $0 == position }) / Double(before.count)
            // Five standard deviations of 20,000 draws are at most 0.018.
            #expect(abs(found - share) < 0.018, "region \(position) has \(found)")
        }
        let after = Self.choices(policy, from: [1, 2, 3])
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(moved.allSatisfy { $0.0 == 0 })
        #expect(moved.count == before.count { $0 == 0 })
    }

    @Test func `a region without a weight is not wanted`() throws {
        let policy: some RoutingPolicy = try .weighted(["us-west-2": 3, "eu-west-1": 0])
        #expect(policy.choose(from: [1, 2, 3]) == nil)
        #expect(policy.choose(from: []) == nil)
        #expect(policy.reason(0) == "weight 3 of 3")
        #expect(policy.reason(2) == "no weight")
        #expect(policy.reason(1) == "no weight")
    }

    @Test func `chances at both ends of their range are used`() throws {
        let policy: some RoutingPolicy = try .weighted(["us-west-2": 1e-300, "us-east-1": 1.7e308])
        for random in [0, 1, .max] as [UInt64] {
            #expect(policy.choose(PolicySamples.request(random: random)) != nil)
        }
    }

    @Test(
        arguments: [
            ([("a", -1)], "found -1.0 for a"), ([("a", .infinity)], "found inf"), ([("a", .nan)], "found nan"),
            ([("a", 0)], "above 0"), ([], "above 0"), ([("a", 1), ("a", 2)], "a is listed twice"),
        ] as [([(region: Region, weight: Double)], String)]
    )
    func `weights that cannot be used are refused`(_ weights: [(region: Region, weight: Double)], _ message: String) {
        let error = #expect(throws: ConfigurationError.self) { try Weighted(weights) }
        #expect(error?.message.contains(message) == true)
    }
}
