internal import RegionKitCore

/// Hands a client's events to the judge.
struct WatchingObserver: RegionObserver {
    let client: Int
    let network: SimulatedNetwork

    func report(_ event: RegionEvent) {
        self.network.judge { $0.told(event, by: self.client) }
    }
}
