/// How attempts are repeated.
///
/// Retries live in the engine alone; the clients underneath have none.
public struct RetryConfiguration: Sendable, Hashable {
    /// The first back-off's upper bound; each further one doubles. [50 ms]
    ///
    /// The wait is drawn uniformly from zero to the bound
    /// ("full jitter", <https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/>).
    public var baseBackoff: Duration = .milliseconds(50)
    /// The largest bound. [20 s]
    public var maximumBackoff: Duration = .seconds(20)
    /// How many attempts one operation may make in one region. [4]
    public var maximumAttemptsPerRegion = 4
    /// How many tokens the budget holds that all operations share. [500]
    ///
    /// Costs and size follow the AWS SDKs' standard retry mode:
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
    public var budget = 500
    /// What a repetition after a fault costs. [14]
    public var faultCost = 14
    /// What a repetition after throttling or a conflict costs. [5]
    public var throttleCost = 5

    /// The defaults.
    public init() {}

    func validate() throws(ConfigurationError) {
        try StoreConfiguration.require(
            self.baseBackoff > .zero && self.baseBackoff <= .seconds(60),
            "retry.baseBackoff",
            self.baseBackoff,
            "above 0 and at most 60 s"
        )
        try StoreConfiguration.require(
            self.maximumBackoff >= self.baseBackoff && self.maximumBackoff <= .seconds(3600),
            "retry.maximumBackoff",
            self.maximumBackoff,
            "baseBackoff (\(self.baseBackoff)) to 1 h"
        )
        try StoreConfiguration.require(
            (1...100).contains(self.maximumAttemptsPerRegion),
            "retry.maximumAttemptsPerRegion",
            self.maximumAttemptsPerRegion,
            "1 to 100"
        )
        for (field, value) in [
            ("budget", self.budget), ("faultCost", self.faultCost), ("throttleCost", self.throttleCost),
        ] {
            try StoreConfiguration.require((0...1_000_000).contains(value), "retry.\(field)", value, "0 to 1000000")
        }
    }
}
