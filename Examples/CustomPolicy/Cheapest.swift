import RegionKitCore

/// The cheapest region that answers fast enough; of regions of one price the one that comes first.
struct Cheapest: RoutingPolicy {
    /// What an operation costs, by region; a region without a price is taken last.
    let prices: [Region: Double]
    let limit: Duration

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        var best: (position: Int, price: Double)?
        for position in candidates where snapshot.regions.indices.contains(position) {
            let state = snapshot.regions[position]
            if let latency = state.latency, latency > self.limit { continue }
            let price = self.prices[state.region] ?? .infinity
            if best.map({ price < $0.price }) ?? true { best = (position, price) }
        }
        return best?.position
    }

    var description: String { "cheapest" }
}
