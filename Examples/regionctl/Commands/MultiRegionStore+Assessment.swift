internal import RegionKitCore

extension MultiRegionStore {
    /// Probes the regions until all are healthy, at most so often.
    func assess(probes: Int) async throws {
        for _ in 0..<probes {
            await self.probe()
            try Task.checkCancellation()
            if self.health().allSatisfy({ $0.status == .healthy }) { break }
        }
    }
}
