internal import RegionKitCore

// Which regions may lack a write.
extension OpenTable {
    /// The regions that may lack what others have taken so far: when it has arrived everywhere, the time is over, or the
    /// waiting is stopped.
    func pending(of sources: Set<Region>, within limit: Duration) async -> [Region] {
        let others = self.configuration.regions.map(\.region).filter { sources != [$0] }.sorted()
        // Nobody can tell where the service carries changes, and nothing is carried while a region cannot be opened.
        guard let replicator = self.deployment.replicator else { return others }
        return (try? await replicator.waitForArrival(of: Array(sources), within: limit)) ?? others
    }

    /// The regions that may lack one write.
    ///
    /// Where the service carries changes, the item is read in each until it is there.
    func pending(_ write: Routed<WriteResult>, of key: Key, within limit: Duration) async -> [Region] {
        guard self.deployment.replicator == nil, self.deployment.isWhole else {
            return await self.pending(of: [write.region], within: limit)
        }
        let time = SystemTime()
        let end = time.now.advanced(by: limit)
        var left = self.configuration.regions.map(\.region).filter { $0 != write.region }
        while !left.isEmpty {
            for region in left where await self.holds(write, of: key, in: region) { left.removeAll { $0 == region } }
            guard !left.isEmpty, time.now < end, (try? await time.sleep(for: .milliseconds(200))) != nil else { break }
        }
        return left.sorted()
    }

    /// Whether a region has the version that a write gave an item, or a newer one; after a delete, no item.
    private func holds(_ write: Routed<WriteResult>, of key: Key, in region: Region) async -> Bool {
        guard let found = try? await self.store.get(key, consistency: .consistent, in: region) else { return false }
        guard let version = write.version else { return found.item == nil }
        if let latest = found.version { return latest >= version }
        // Where a delete leaves nothing behind, what is gone where it was written is to be gone here.
        guard found.item == nil, self.configuration.hasReplicas else { return false }
        let source = try? await self.store.get(key, consistency: .consistent, in: write.region)
        return source.map { $0.version == nil } ?? false
    }
}
