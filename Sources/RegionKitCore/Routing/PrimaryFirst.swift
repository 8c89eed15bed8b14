/// The primary while it is fit, then the other regions in configured order.
///
/// The default policy.
public struct PrimaryFirst: RoutingPolicy {
    /// Creates the policy.
    public init() {}

    /// The candidate that comes first in configured order; the primary stands first there.
    public func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        candidates.first
    }

    /// The policy as text: `primary-first`.
    public var description: String { "primary-first" }
}

extension RoutingPolicy where Self == PrimaryFirst {
    /// The primary while it is fit, then the other regions in configured order.
    public static var primaryFirst: PrimaryFirst { PrimaryFirst() }
}
