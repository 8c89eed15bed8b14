/// Maps names to routing policies and reads policies from text, for configuration files and tools.
///
/// `primary-first` is known from the start. One line adds a policy of your own:
/// `policies.register("cheapest", Cheapest())`. One that has arguments takes them from a ``PolicyArguments``:
///
/// ```
/// policies.register("except", usage: "except(region, P)") { arguments throws(PolicyTextError) in
///     let region = try arguments.region()
///     try arguments.expect(",")
///     return except(region, try arguments.policy())
/// }
/// ```
public struct PolicyRegistry: Sendable {
    /// How one policy is read.
    struct Entry: Sendable {
        var usage: String
        var make: @Sendable (inout PolicyArguments) throws(PolicyTextError) -> any RoutingPolicy
    }

    private(set) var entries: [String: Entry] = [:]

    /// Creates a registry that knows `primary-first`.
    public init() {
        self.register("primary-first", .primaryFirst)
    }

    /// Adds a policy without arguments, in place of an earlier one of its name.
    public mutating func register(_ name: String, _ policy: any RoutingPolicy) {
        self.entries[name] = Entry(usage: name) { _ throws(PolicyTextError) in policy }
    }

    /// Adds a policy with arguments, in place of an earlier one of its name.
    ///
    /// - Parameters:
    ///   - name: What its text begins with.
    ///   - usage: The whole form, for errors, for example `sticky(P)`.
    ///   - make: Makes the policy from what stands between its parentheses.
    public mutating func register(
        _ name: String,
        usage: String,
        _ make: @escaping @Sendable (inout PolicyArguments) throws(PolicyTextError) -> any RoutingPolicy
    ) {
        self.entries[name] = Entry(usage: usage, make: make)
    }

    /// The names that are known, in alphabetical order.
    public var names: [String] { self.entries.keys.sorted() }

    /// Reads a policy: a name, and in parentheses its arguments, which may be policies.
    ///
    /// White space is free. At most 4096 characters, and 64 policies within one another.
    ///
    /// - Parameters:
    ///   - text: For example `sticky(latency)`.
    ///   - regions: The regions that may be named; nil for any.
    /// - Throws: ``PolicyTextError`` for the first place that cannot be read.
    public func policy(_ text: String, regions: [Region]? = nil) throws(PolicyTextError) -> any RoutingPolicy {
        var arguments = try PolicyArguments(text, self, regions)
        return try arguments.wholePolicy()
    }
}
