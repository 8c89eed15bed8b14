/// Maps names to routing policies, for configuration files and tools.
///
/// `primary-first` is known from the start. One line adds a policy of your own:
/// `policies.register("cheapest", Cheapest())`.
public struct PolicyRegistry: Sendable {
    private var policies: [String: any RoutingPolicy] = ["primary-first": .primaryFirst]

    /// Creates a registry that knows `primary-first`.
    public init() {}

    /// Adds a policy, in place of an earlier one of its name.
    public mutating func register(_ name: String, _ policy: any RoutingPolicy) {
        self.policies[name] = policy
    }

    /// The names that are known, in alphabetical order.
    public var names: [String] { self.policies.keys.sorted() }

    /// The policy of a name; nil when it is not known.
    public func policy(_ name: String) -> (any RoutingPolicy)? { self.policies[name] }
}
