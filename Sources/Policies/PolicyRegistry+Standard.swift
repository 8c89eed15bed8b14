public import RegionKitCore

extension PolicyRegistry {
    /// All policies of this module, for configuration files and tools.
    ///
    /// | text | policy |
    /// |---|---|
    /// | `primary-first` | ``RegionKitCore/PrimaryFirst`` |
    /// | `latency`, `latency(window=30ms)` | ``Latency`` |
    /// | `nearest(a, b)` | ``Nearest`` |
    /// | `weighted(a=3, b=1)` | ``Weighted`` |
    /// | `sticky(P)` | ``Sticky`` |
    /// | `residency(a, b; P)` | ``Residency`` |
    /// | `excluding(a, P)` | ``Excluding`` |
    /// | `fallback(P, P)` | ``Fallback`` |
    /// | `read-write(R, W)` | ``ReadWriteSplit`` |
    /// | `when(predicate, P, P)` | ``When``, with a ``RoutingPredicate`` |
    public static let standard = {
        var registry = PolicyRegistry()
        registry.registerChoices()
        registry.registerFences()
        registry.registerPairs()
        return registry
    }()

    private mutating func registerChoices() {
        self.register("latency", usage: "latency or latency(window=30ms)") { arguments throws(PolicyTextError) in
            guard !arguments.isAtEnd else { return Latency() }
            guard try arguments.word("window=DURATION") == "window" else {
                throw arguments.error("unknown argument; allowed is window")
            }
            try arguments.expect("=")
            let window = try arguments.duration()
            guard window <= .seconds(3600) else { throw arguments.error("a window is at most 1h") }
            return Latency(window: window)
        }
        self.register("nearest", usage: "nearest(region, …)") { arguments throws(PolicyTextError) in
            Nearest(try Self.regions(&arguments))
        }
        self.register("weighted", usage: "weighted(region=number, …)") { arguments throws(PolicyTextError) in
            var weights: [(region: Region, weight: Double)] = []
            repeat {
                let region = try arguments.region()
                try arguments.expect("=")
                weights.append((region, try arguments.number()))
            } while arguments.take(",")
            do throws(ConfigurationError) {
                return try Weighted(weights)
            } catch {
                throw arguments.error(error.message)
            }
        }
    }

    private mutating func registerFences() {
        self.register("sticky", usage: "sticky(P)") { arguments throws(PolicyTextError) in
            Self.sticky(try arguments.policy())
        }
        self.register("residency", usage: "residency(region, …; P)") { arguments throws(PolicyTextError) in
            let regions = try Self.regions(&arguments)
            try arguments.expect(";")
            return Self.residency(regions, try arguments.policy())
        }
        self.register("excluding", usage: "excluding(region, P)") { arguments throws(PolicyTextError) in
            let region = try arguments.region()
            try arguments.expect(",")
            return Self.excluding(region, try arguments.policy())
        }
    }

    private mutating func registerPairs() {
        self.register("fallback", usage: "fallback(P, P)") { arguments throws(PolicyTextError) in
            let (first, second) = try Self.pair(&arguments)
            return Self.fallback(first, second)
        }
        self.register("read-write", usage: "read-write(R, W)") { arguments throws(PolicyTextError) in
            let (reads, writes) = try Self.pair(&arguments)
            return Self.split(reads, writes)
        }
        self.register("when", usage: "when(predicate, P, P)") { arguments throws(PolicyTextError) in
            let predicate = try RoutingPredicate(from: &arguments)
            try arguments.expect(",")
            let (then, otherwise) = try Self.pair(&arguments)
            return Self.when(predicate, then, otherwise)
        }
    }

    private static func regions(_ arguments: inout PolicyArguments) throws(PolicyTextError) -> [Region] {
        var regions = [try arguments.region()]
        while arguments.take(",") { regions.append(try arguments.region()) }
        return regions
    }

    private static func pair(
        _ arguments: inout PolicyArguments
    ) throws(PolicyTextError) -> (any RoutingPolicy, any RoutingPolicy) {
        let first = try arguments.policy()
        try arguments.expect(",")
        return (first, try arguments.policy())
    }

    // A policy without a known type becomes one with a type by being passed to a function.

    private static func sticky(_ inner: some RoutingPolicy) -> any RoutingPolicy { Sticky(inner) }

    private static func residency(_ regions: [Region], _ inner: some RoutingPolicy) -> any RoutingPolicy {
        Residency(regions, inner)
    }

    private static func excluding(_ region: Region, _ inner: some RoutingPolicy) -> any RoutingPolicy {
        Excluding(region, inner)
    }

    private static func fallback(_ first: some RoutingPolicy, _ second: some RoutingPolicy) -> any RoutingPolicy {
        Fallback(first, second)
    }

    private static func split(_ reads: some RoutingPolicy, _ writes: some RoutingPolicy) -> any RoutingPolicy {
        ReadWriteSplit(reads: reads, writes: writes)
    }

    private static func when(
        _ predicate: RoutingPredicate,
        _ then: some RoutingPolicy,
        _ otherwise: some RoutingPolicy
    ) -> any RoutingPolicy { When(predicate, then, else: otherwise) }
}
