public import RegionKitCore

/// What is common to the observers that make metrics of a store's events: ``CloudWatchMetrics`` and ``EmbeddedMetrics``.
///
/// The metrics, with the names and dimensions that dashboards and alarms use:
///
/// | metric | unit | dimensions | is |
/// |---|---|---|---|
/// | `RegionLatency` | Milliseconds | `Region`, `Operation` | how long each attempt took that a region was asked, failed ones included |
/// | `FailoverCount` | Count | `From`, `To`, `Reason` | with a reason of ``RegionEvent/RouteChangeReason`` (`unhealthy`, `failback`, `manual`) a move of all reads or all writes, with one of ``FailureClass`` a move of one operation |
/// | `RegionHealth` | None | `Region` | 2 healthy, 1 degraded, 0 unhealthy: the worse of what is known of reads and writes, at each health check and change; the last one where nothing came since the last flush, and no data point while nothing is known |
/// | `ReplicationLag` | Milliseconds | `Region` | how far the region is behind, at each health check; no data point while it is not known |
///
/// Durations are rounded so that values repeat: to six significant bits of microseconds, so by at most 1/64 (1.6 %).
public struct MetricsConfiguration: Hashable, Sendable {
    /// The namespace of all metrics: 1 to 255 of `A-Z a-z 0-9 . - _ / #`, not beginning with `AWS/`. [`RegionKit`]
    public var namespace = "RegionKit"
    /// Dimensions of all metrics beside their own, for example the service's name: at most 27, of printable ASCII. [none]
    ///
    /// No credentials belong there: they are sent as they are.
    public var dimensions: [String: String] = [:]
    /// How often what was collected is sent: 1 s to 1 h. [60 s]
    public var interval: Duration = .seconds(60)
    /// How many series, each a metric with its dimensions' values, are collected between two flushes; what would begin
    /// one more is lost and counted. [1000]
    ///
    /// A series has fewer than 1200 different values, because durations are rounded.
    public var maximumSeries = 1000
    /// How many series of earlier flushes are kept while they cannot be delivered; the oldest are lost and counted. [5000]
    public var maximumWaiting = 5000

    /// The defaults.
    public init() {}

    /// Checks every field.
    ///
    /// - Throws: ``ConfigurationError`` for the first field that cannot work.
    public func validate() throws(ConfigurationError) {
        func require(_ holds: Bool, _ field: String, _ found: String, _ allowed: String) throws(ConfigurationError) {
            guard !holds else { return }
            let shown = found.prefix(80).debugDescription
            throw ConfigurationError(field: "metrics.\(field)", "found \(shown); allowed is \(allowed)")
        }
        let isNamespace = self.namespace.wholeMatch(of: /[A-Za-z0-9.\-_\/#]{1,255}/) != nil
        try require(
            isNamespace && !self.namespace.hasPrefix("AWS/"),
            "namespace",
            self.namespace,
            "1 to 255 of A-Z a-z 0-9 . - _ / #, not beginning with AWS/"
        )
        try require(
            self.dimensions.count <= 27,
            "dimensions",
            "\(self.dimensions.count) dimensions",
            "at most 27: a metric has 30, three of them its own"
        )
        for (name, value) in self.dimensions.sorted(by: { $0.key < $1.key }) {
            try require(
                MetricSeries.isText(name, limit: 250) && !name.hasPrefix(":") && !MetricSeries.ownNames.contains(name),
                "dimensions",
                name,
                "a name of 1 to 250 printable ASCII characters, not beginning with a colon, and none of "
                    + MetricSeries.ownNames.joined(separator: ", ")
            )
            try require(
                MetricSeries.isText(value, limit: 255),
                "dimensions.\(name)",
                value,
                "a value of 1 to 255 printable ASCII characters"
            )
        }
        try require(
            self.interval >= .seconds(1) && self.interval <= .seconds(3600),
            "interval",
            "\(self.interval)",
            "1 s to 1 h"
        )
        for (field, found) in [("maximumSeries", self.maximumSeries), ("maximumWaiting", self.maximumWaiting)] {
            try require((1...100_000).contains(found), field, "\(found)", "1 to 100000")
        }
    }

    /// The dimensions in the order of their names.
    var sortedDimensions: [(name: String, value: String)] {
        self.dimensions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
