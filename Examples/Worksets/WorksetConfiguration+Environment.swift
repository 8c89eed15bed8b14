public import RegionKitCore

extension WorksetConfiguration {
    /// This configuration with what an environment says, usually `ProcessInfo.processInfo.environment`.
    ///
    /// | variable | value |
    /// |---|---|
    /// | `DAYLILY_PRIMARY_REGION` | one of ``regions`` |
    /// | `DAYLILY_MULTI_REGION` | `true` or `false` (only the primary is used) |
    /// | `DAYLILY_HEALTH_CHECK_INTERVAL` | whole seconds, 1 to 86400 |
    ///
    /// - Throws: An error whose field is the variable, for any other value, an empty one included.
    public func applying(environment: [String: String]) throws(ConfigurationError) -> WorksetConfiguration {
        var result = self
        if let value = environment["DAYLILY_PRIMARY_REGION"] {
            guard self.regions.contains(Region(value)) else {
                throw Self.invalid("DAYLILY_PRIMARY_REGION", value, "one of \(Self.list(self.regions))")
            }
            result.primary = Region(value)
        }
        if let value = environment["DAYLILY_MULTI_REGION"] {
            guard let flag = Bool(value.lowercased()) else {
                throw Self.invalid("DAYLILY_MULTI_REGION", value, "true or false")
            }
            result.multiRegion = flag
        }
        if let value = environment["DAYLILY_HEALTH_CHECK_INTERVAL"] {
            guard let seconds = Int(value), (1...86400).contains(seconds) else {
                throw Self.invalid("DAYLILY_HEALTH_CHECK_INTERVAL", value, "a whole number of seconds from 1 to 86400")
            }
            result.store.health.checkInterval = .seconds(seconds)
        }
        return result
    }

    private static func invalid(_ variable: String, _ value: String, _ allowed: String) -> ConfigurationError {
        ConfigurationError(field: variable, "found \"\(value.prefix(64))\"; allowed is \(allowed)")
    }
}
