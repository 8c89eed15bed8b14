/// What operators decided by hand for all processes that use a table: it holds until it is taken back.
public struct ManualControl: Hashable, Sendable {
    /// A region that is put first.
    public struct Preference: Hashable, Sendable {
        /// The region.
        public var region: Region
        /// When the preference ends, in epoch milliseconds; nil when it is taken back.
        public var endMilliseconds: Int64?

        /// Puts a region first until a time, or until it is taken back.
        public init(_ region: Region, endMilliseconds: Int64? = nil) {
            self.region = region
            self.endMilliseconds = endMilliseconds
        }
    }

    /// Regions that are in no route.
    public var evacuated: Set<Region>
    /// The region that is put first, if any.
    public var preferred: Preference?

    /// Describes manual control; without arguments none.
    public init(evacuated: Set<Region> = [], preferred: Preference? = nil) {
        self.evacuated = evacuated
        self.preferred = preferred
    }
}
