/// What a store knows of its regions at one moment: a policy's whole view of the world.
public struct RegionSnapshot: Hashable, Sendable {
    /// The regions in configured order, the primary first.
    ///
    /// A region's position here is its number everywhere.
    public var regions: [RegionState]

    /// Creates a snapshot.
    public init(regions: [RegionState]) {
        self.regions = regions
    }

    /// The position of a region by name.
    public func position(of region: Region) -> Int? {
        self.regions.firstIndex { $0.region == region }
    }
}
