public import RegionKitCore

/// The fastest region, without herding: of the regions whose average latency is within a window of the lowest, two are
/// drawn and the one with fewer operations under way is taken ("power of two choices",
/// <https://doi.org/10.1109/71.963420>).
///
/// A region that was never reached has no latency and is chosen only when no candidate has one.
public struct Latency: RoutingPolicy {
    /// How much slower than the fastest a region may be to share its traffic. [15 ms]
    public var window: Duration

    /// Creates the policy.
    public init(window: Duration = .milliseconds(15)) {
        self.window = window
    }

    /// One of the fast candidates.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        var lowest: Duration?
        for position in candidates where snapshot.regions.indices.contains(position) {
            guard let latency = snapshot.regions[position].latency else { continue }
            lowest = min(lowest ?? latency, latency)
        }
        guard let lowest else { return candidates.first }
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

    /// The member that 32 random bits pick; the set is not empty.
    private static func member(of set: RegionSet, at bits: UInt64) -> Int {
        var rest = set
        for _ in 0..<(bits * UInt64(set.count)) >> 32 {
            if let first = rest.first { rest.remove(first) }
        }
        return rest.first ?? 0
    }

    /// The policy as text: `latency`.
    public var description: String { "latency" }
}

extension RoutingPolicy where Self == Latency {
    /// The fastest region, shared among those within 15 ms of it.
    public static var latency: Latency { Latency() }
}
