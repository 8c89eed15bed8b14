public import RegionKitCore

/// The fastest region, without herding.
///
/// Of the regions whose average latency is within a window of the lowest, two are drawn and the one with fewer
/// operations under way is taken ("power of two choices", <https://doi.org/10.1109/71.963420>). A region that was never
/// reached has no latency and is chosen only when no candidate has one.
public struct Latency: RoutingPolicy {
    private static let defaultWindow = Duration.milliseconds(15)

    /// How much slower than the fastest a region may be to share its traffic. [15 ms]
    public let window: Duration

    /// Creates the policy.
    ///
    /// - Parameter window: 0 to 1 h; what is outside counts as the nearer of the two.
    public init(window: Duration = .milliseconds(15)) {
        self.window = min(max(.zero, window), .seconds(3600))
    }

    /// One of the fast candidates.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        guard let lowest = self.lowest(of: candidates, in: snapshot) else { return candidates.first }
        var close = RegionSet()
        for position in candidates where snapshot.regions.indices.contains(position) {
            if let latency = snapshot.regions[position].latency, latency <= lowest + self.window {
                close.insert(position)
            }
        }
        let first = Self.member(of: close, at: request.random & 0xFFFF_FFFF)
        close.remove(first)
        guard !close.isEmpty else { return first }
        let second = Self.member(of: close, at: request.random >> 32)
        return snapshot.regions[second].inFlight < snapshot.regions[first].inFlight ? second : first
    }

    /// The region's average, and where it stands to the lowest.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        guard snapshot.regions.indices.contains(position), let latency = snapshot.regions[position].latency,
            let lowest = self.lowest(of: candidates.union([position]), in: snapshot)
        else { return "no latency measured yet" }
        let window = self.window.policyText
        let place =
            latency == lowest
            ? "the lowest" : "\(latency <= lowest + self.window ? "within" : "over") \(window) of the lowest"
        let tenths = (latency.milliseconds * 10).rounded() / 10
        return "\(tenths) ms on average, \(place), \(snapshot.regions[position].inFlight) in flight"
    }

    private func lowest(of candidates: RegionSet, in snapshot: RegionSnapshot) -> Duration? {
        var lowest: Duration?
        for position in candidates where snapshot.regions.indices.contains(position) {
            guard let latency = snapshot.regions[position].latency else { continue }
            lowest = min(lowest ?? latency, latency)
        }
        return lowest
    }

    /// The member that 32 random bits pick; the set is not empty.
    private static func member(of set: RegionSet, at bits: UInt64) -> Int {
        var rest = set
        for _ in 0..<(bits * UInt64(set.count)) >> 32 {
            if let first = rest.first { rest.remove(first) }
        }
        return rest.first ?? 0
    }

    /// The policy as text: `latency`, or `latency(window=30ms)`.
    public var description: String {
        self.window == Self.defaultWindow ? "latency" : "latency(window=\(self.window.policyText))"
    }
}

extension RoutingPolicy where Self == Latency {
    /// The fastest region, shared among those within 15 ms of it.
    public static var latency: Latency { Latency() }

    /// The fastest region, shared among those within a window of it.
    public static func latency(window: Duration) -> Latency { Latency(window: window) }
}
