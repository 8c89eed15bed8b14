/// How the health of regions is judged, and how traffic returns to a region that recovered.
public struct HealthConfiguration: Sendable, Hashable {
    /// How often a region is probed that live traffic has not just proved; ± 10 %. [30 s]
    public var checkInterval: Duration = .seconds(30)
    /// The longest one probe may take. [2 s]
    public var probeTimeout: Duration = .seconds(2)
    /// How often a region is probed while it recovers: half-open, or waiting for its traffic to return. [1 s]
    public var recoveryProbeInterval: Duration = .seconds(1)
    /// The most probes this store starts in one second, over all regions. [20]
    public var maximumProbesPerSecond = 20
    /// Consecutive faults that make a region unhealthy. [3]
    public var failoverThreshold = 3
    /// Consecutive successes that make a half-open region healthy. [3]
    public var recoveryThreshold = 3
    /// The share of faults within ``window`` that makes a region unhealthy. [0.5]
    public var faultRatio = 0.5
    /// How many attempts the window must hold before ``faultRatio`` counts. [20]
    public var minimumAttempts = 20
    /// The sliding window that faults are counted in. [10 s]
    public var window: Duration = .seconds(10)
    /// A moving average of latency above this is `degraded`. [500 ms]
    public var latencyThreshold: Duration = .milliseconds(500)
    /// The weight of a new sample in the moving average. [0.2]
    public var latencyWeight = 0.2
    /// How long an unhealthy region is left alone before its first trial; doubles with each failed trial. [5 s]
    public var cooldown: Duration = .seconds(5)
    /// The longest cool-down. [5 min]
    public var maximumCooldown: Duration = .seconds(300)
    /// Healthy for this long, the next cool-down is the first again. [10 min]
    public var cooldownReset: Duration = .seconds(600)
    /// How long a recovered region must stay healthy before traffic returns to it. [30 s]
    public var failbackDelay: Duration = .seconds(30)
    /// The largest replication lag with which traffic returns, where the lag is known. [10 s]
    public var maximumFailbackLag: Duration = .seconds(10)
    /// The shares of reads that return, one step after the other. [0.1, 0.5, 1]
    public var failbackShares: [Double] = [0.1, 0.5, 1]
    /// How long each share lasts; ± 20 %. [10 s]
    public var failbackSteps: Duration = .seconds(10)

    /// The defaults.
    public init() {}

    func validate() throws(ConfigurationError) {
        let durations: [(String, Duration)] = [
            ("checkInterval", self.checkInterval), ("probeTimeout", self.probeTimeout),
            ("recoveryProbeInterval", self.recoveryProbeInterval), ("window", self.window),
            ("latencyThreshold", self.latencyThreshold), ("cooldown", self.cooldown),
            ("cooldownReset", self.cooldownReset), ("failbackSteps", self.failbackSteps),
        ]
        for (field, duration) in durations {
            let allowed = "above 0 and at most 24 h"
            try StoreConfiguration.require(
                duration > .zero && duration <= .seconds(86400),
                "health.\(field)",
                duration,
                allowed
            )
        }
        for (field, count) in [
            ("failoverThreshold", self.failoverThreshold), ("recoveryThreshold", self.recoveryThreshold),
            ("minimumAttempts", self.minimumAttempts), ("maximumProbesPerSecond", self.maximumProbesPerSecond),
        ] {
            try StoreConfiguration.require((1...10_000).contains(count), "health.\(field)", count, "1 to 10000")
        }
        for (field, delay) in [
            ("failbackDelay", self.failbackDelay), ("maximumFailbackLag", self.maximumFailbackLag),
        ] {
            try StoreConfiguration.require(
                delay >= .zero && delay <= .seconds(86400),
                "health.\(field)",
                delay,
                "0 to 24 h"
            )
        }
        try StoreConfiguration.require(
            self.faultRatio > 0 && self.faultRatio <= 1,
            "health.faultRatio",
            self.faultRatio,
            "above 0 and at most 1"
        )
        try StoreConfiguration.require(
            self.latencyWeight > 0 && self.latencyWeight <= 1,
            "health.latencyWeight",
            self.latencyWeight,
            "above 0 and at most 1"
        )
        try StoreConfiguration.require(
            self.maximumCooldown >= self.cooldown && self.maximumCooldown <= .seconds(86400),
            "health.maximumCooldown",
            self.maximumCooldown,
            "cooldown (\(self.cooldown)) to 24 h"
        )
        let shares = self.failbackShares
        try StoreConfiguration.require(
            shares.last == 1 && shares.count <= 20 && shares.allSatisfy { $0 > 0 && $0 <= 1 }
                && zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 },
            "health.failbackShares",
            shares,
            "1 to 20 rising shares above 0, the last one 1"
        )
    }
}
