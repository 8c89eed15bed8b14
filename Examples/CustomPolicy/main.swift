import Policies
import RegionKitCore
import RegionKitTesting

let prices: [Region: Double] = ["us-west-2": 1.25, "us-east-1": 1.00, "eu-west-1": 1.4]
let cheapest = Cheapest(prices: prices, limit: .milliseconds(100))

let failures = PolicyConformance(cheapest, regions: Array(prices.keys).sorted()).run()
for failure in failures { print(failure) }
print(failures.isEmpty ? "Cheapest keeps the contract" : "\(failures.count) promises are not kept")

var policies = PolicyRegistry.standard
policies.register("cheapest", cheapest)
let policy = try policies.policy("read-write(fallback(cheapest, latency), primary-first)")
print(policy)

let outage = Scenario(
    name: "the cheapest region is gone for a minute",
    duration: .seconds(180),
    regions: ["us-west-2", "us-east-1", "eu-west-1"],
    clients: [
        Scenario.Clients(
            "web",
            count: 5,
            rate: 10,
            latency: [
                "us-west-2": .milliseconds(70), "us-east-1": .milliseconds(4), "eu-west-1": .milliseconds(80),
            ]
        )
    ],
    faults: [ScenarioFault(.outage, in: "us-east-1", at: .seconds(60), for: .seconds(60))]
)
let report = try Simulation(outage, policy: policy, seed: 1).run()
print("availability \(report.availability), stale reads \(report.staleReads), failover \(report.failover ?? .zero)")
for violation in report.violations { print(violation) }
