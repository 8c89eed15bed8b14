internal import RegionKitCore

extension GlobalTable {
    /// Checks every prerequisite; a region that does not answer fails its own checks alone.
    ///
    /// Nothing is changed: what RegionKit may do is tried by reads of a key that holds nothing, and by writes whose
    /// condition holds for no item, which cost a unit of capacity each.
    ///
    /// - Returns: The checks in the order of ``TableCheck/Subject``: one where all regions pass, else one for each
    ///   region that does not.
    public func verify() async -> [TableCheck] {
        let facts = await self.inEachRegion { plane in await RegionFacts(plane, self.schema) }
        return TableVerifier(
            schema: self.schema,
            facts: self.regions.compactMap { facts[$0] },
            options: Dictionary(uniqueKeysWithValues: self.planes.map { ($0.region, $0.options) })
        ).checks
    }
}
