/// How far one region is from the others, by what stands in their logs.
package struct ReplicaDistance: Hashable, Sendable {
    /// How long the oldest change that the region lacks has been waiting; nil where it cannot be known.
    package var lag: Duration?
    /// How many of the region's writes no other region has; nil where it cannot be known.
    package var atRisk: Int?

    /// Describes a distance.
    package init(lag: Duration? = nil, atRisk: Int? = nil) {
        self.lag = lag
        self.atRisk = atRisk
    }
}
