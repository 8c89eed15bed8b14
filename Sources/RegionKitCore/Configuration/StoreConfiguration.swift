/// How a ``MultiRegionStore`` behaves.
///
/// All durations are monotonic time.
public struct StoreConfiguration: Sendable, Hashable {
    /// The longest an operation may take, retries and failover included. [5 s]
    public var deadline: Duration = .seconds(5)
    /// The longest one attempt in one region may take; never beyond the operation's deadline. [1 s]
    public var attemptTimeout: Duration = .seconds(1)
    /// How many operations may be under way in one region; one more is refused as `overloaded`. [1024]
    public var maximumInFlightPerRegion = 1024
    /// Whether unhealthy regions are tried when no other is left; otherwise the operation fails at once. [true]
    public var triesUnhealthyRegions = true
    /// How health is judged and how traffic returns.
    public var health = HealthConfiguration()
    /// How attempts are repeated.
    public var retry = RetryConfiguration()
    /// How many undelivered events are kept for each observer; the oldest are dropped. [1024]
    public var eventBuffer = 1024

    /// The defaults.
    public init() {}

    /// Checks every field.
    ///
    /// - Throws: ``ConfigurationError`` for the first field that cannot work.
    public func validate() throws(ConfigurationError) {
        try Self.require(
            self.deadline > .zero && self.deadline <= .seconds(3600),
            "deadline",
            self.deadline,
            "above 0 and at most 1 h"
        )
        try Self.require(self.attemptTimeout > .zero, "attemptTimeout", self.attemptTimeout, "above 0")
        try Self.require(
            self.attemptTimeout <= self.deadline,
            "attemptTimeout",
            self.attemptTimeout,
            "at most the deadline (\(self.deadline))"
        )
        try Self.require(
            (1...1_000_000).contains(self.maximumInFlightPerRegion),
            "maximumInFlightPerRegion",
            self.maximumInFlightPerRegion,
            "1 to 1000000"
        )
        try Self.require((1...1_000_000).contains(self.eventBuffer), "eventBuffer", self.eventBuffer, "1 to 1000000")
        try self.health.validate()
        try self.retry.validate()
    }

    static func require(
        _ holds: Bool,
        _ field: String,
        _ found: some Sendable,
        _ allowed: String
    ) throws(ConfigurationError) {
        guard holds else { throw ConfigurationError(field: field, "found \(found); allowed is \(allowed)") }
    }
}
