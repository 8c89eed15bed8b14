extension DeploymentConfiguration {
    /// This configuration with what the environment says, usually `ProcessInfo.processInfo.environment`.
    ///
    /// | variable, after the prefix | value |
    /// |---|---|
    /// | `PRIMARY_REGION` | one of the regions |
    /// | `MULTI_REGION` | `true`, or `false`: only the primary is used |
    /// | `POLICY` | a policy's text, for example `primary-first` |
    /// | `DEADLINE`, `ATTEMPT_TIMEOUT`, `HEALTH_CHECK_INTERVAL`, `HEALTH_LATENCY_THRESHOLD`, `HEALTH_COOLDOWN`, `HEALTH_FAILBACK_DELAY`, `HEALTH_FAILBACK_STEPS`, `RETRY_BASE_BACKOFF`, `RETRY_MAXIMUM_BACKOFF` | seconds, or a number with a unit |
    /// | `HEALTH_FAILOVER_THRESHOLD`, `HEALTH_RECOVERY_THRESHOLD`, `RETRY_MAXIMUM_ATTEMPTS_PER_REGION`, `RETRY_BUDGET` | a whole number |
    /// | `METRICS` | `none`, `cloudwatch` or `emf` |
    /// | `HEALTH_FAULT_RATIO` | a number above 0, at most 1 |
    ///
    /// Values that were not written give way: an attempt never takes longer than the deadline.
    ///
    /// - Parameters:
    ///   - environment: Names and values; others than these are ignored.
    ///   - prefix: What the variables begin with, so that an application keeps names of its own.
    ///   - policies: The policies that may be named.
    /// - Throws: ``ConfigurationError`` whose field is the variable, for a value that cannot work, an empty one
    ///   included, and for a name that is nearly one of these.
    public func applying(
        environment: [String: String],
        prefix: String = "REGIONKIT_",
        policies: PolicyRegistry = PolicyRegistry()
    ) throws(ConfigurationError) -> DeploymentConfiguration {
        var result = self
        func field(_ name: String) -> ConfigurationField? {
            environment[prefix + name].map {
                ConfigurationField(path: prefix + name, value: .string($0), isVariable: true)
            }
        }
        if let primary = field("PRIMARY_REGION") { try result.setPrimary(primary) }
        // Before regions are left out: a policy may name them all.
        if let policy = field("POLICY") { try result.setPolicy(policy, from: policies) }
        if try field("MULTI_REGION")?.choice([("true", true), ("false", false)]) == false {
            result.regions = Array(result.regions.prefix(1))
        }
        if let metrics = field("METRICS") { result.metrics = try Metrics(metrics) }
        try result.read(
            Dictionary(
                uniqueKeysWithValues: Setting.all.compactMap { setting in
                    field(setting.variable).map { (setting.path, $0) }
                }
            )
        )
        try Self.checkNames(environment, prefix)
        return result
    }

    /// Refuses a variable that is probably meant to be one of ours.
    private static func checkNames(_ environment: [String: String], _ prefix: String) throws(ConfigurationError) {
        let known = ["PRIMARY_REGION", "MULTI_REGION", "POLICY", "METRICS", "CONFIG"] + Setting.all.map { $0.variable }
        for variable in environment.keys.sorted() where !prefix.isEmpty && variable.hasPrefix(prefix) {
            let name = String(variable.dropFirst(prefix.count))
            guard !known.contains(name), name.count > 5, let meant = name.nearest(among: known),
                !meant.hasPrefix(name)
            else { continue }
            throw ConfigurationError(field: variable, "unknown; did you mean \(prefix)\(meant)?")
        }
    }
}
