import Policies
import RegionKitCore

/// Policies, snapshots and requests for the tests.
enum PolicySamples {
    static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1", "ap-southeast-1"]

    /// At least one of each policy.
    static let texts = [
        "primary-first", "latency", "latency(window=30ms)", "nearest(eu-west-1, us-east-1)",
        "weighted(us-west-2=3, us-east-1=1, eu-west-1=0)", "sticky(latency)",
        "residency(eu-west-1, us-east-1; latency)", "excluding(us-west-2, latency)",
        "fallback(nearest(us-east-1), latency)", "read-write(latency, primary-first)",
        "when(consistent, nearest(us-west-2), latency)",
    ]

    /// A snapshot of the named regions, with latencies in milliseconds.
    static func snapshot(_ latencies: [Double?] = [5, 50, 6, 90]) -> RegionSnapshot {
        RegionSnapshot(
            regions: zip(names, latencies).map { region, latency in
                RegionState(region: region, latency: latency.map { .nanoseconds(Int64($0 * 1_000_000)) })
            }
        )
    }

    static func request(
        _ kind: OperationKind = .read,
        partition: AttributeValue? = nil,
        consistency: ReadConsistency? = nil,
        affinity: String? = nil,
        home: Int? = nil,
        random: UInt64 = 0
    ) -> RoutingRequest {
        RoutingRequest(
            kind: kind,
            table: "notes",
            partition: partition,
            consistency: consistency,
            affinity: affinity,
            home: home,
            random: random
        )
    }
}

extension RoutingPolicy {
    /// The choice among the four regions.
    func choose(
        _ request: RoutingRequest = PolicySamples.request(),
        from candidates: RegionSet = [0, 1, 2, 3]
    ) -> Int? {
        self.choose(for: request, from: candidates, in: PolicySamples.snapshot())
    }

    /// What is permitted of the four regions.
    func permitted(_ request: RoutingRequest = PolicySamples.request()) -> RegionSet {
        self.permitted(for: request, of: [0, 1, 2, 3], in: PolicySamples.snapshot())
    }

    func reason(
        _ position: Int,
        _ request: RoutingRequest = PolicySamples.request(),
        from candidates: RegionSet = [0, 1, 2, 3],
        in snapshot: RegionSnapshot = PolicySamples.snapshot()
    ) -> String? {
        self.reason(for: position, request: request, from: candidates, in: snapshot)
    }
}
