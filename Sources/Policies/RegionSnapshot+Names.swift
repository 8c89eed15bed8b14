internal import RegionKitCore

extension RegionSnapshot {
    /// The name of the region at a position; nil where the snapshot has none.
    func region(at position: Int) -> Region? {
        self.regions.indices.contains(position) ? self.regions[position].region : nil
    }
}
