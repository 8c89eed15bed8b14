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
