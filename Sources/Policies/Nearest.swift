public import RegionKitCore

/// The first of a list of regions that is a candidate: from near to far, as you see it.
///
/// It wants no region that is not listed; the engine, or a policy it falls back to, then decides.
public struct Nearest: RoutingPolicy {
    /// The regions, the nearest first.
    public let order: [Region]

    /// Creates the policy.
    public init(_ order: [Region]) {
        self.order = order
    }

    /// The candidate that comes first in the list.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        for region in self.order {
            for position in candidates where snapshot.region(at: position) == region { return position }
        }
        return nil
    }

    /// The region's place in the list.
    public func reason(
        for position: Int,
        request: RoutingRequest,
        from candidates: RegionSet,
        in snapshot: RegionSnapshot
    ) -> String? {
        guard let place = self.order.firstIndex(where: { $0 == snapshot.region(at: position) }) else {
            return "not among the nearest regions"
        }
        return "number \(place + 1) of the nearest regions"
    }

    /// The policy as text: `nearest(a, b)`.
    public var description: String { "nearest(\(self.order.map(\.name).joined(separator: ", ")))" }
}

extension RoutingPolicy where Self == Nearest {
    /// The first of the regions that is a candidate.
    public static func nearest(_ order: Region...) -> Nearest { Nearest(order) }
}
