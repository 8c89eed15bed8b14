// What regions may forget.
extension Replicator {
    /// Removes log entries that every region has applied, and tombstones that every region has and that are older than
    /// ``Configuration/tombstoneRetention``.
    ///
    /// Nothing is removed while a region does not answer, is not ready, or has not been connected with all others; see
    /// ``forget(_:)``.
    ///
    /// - Returns: Whether all regions were asked to collect.
    @discardableResult
    public func collect() async -> Bool {
        let regions = self.regions
        let statuses = await self.statuses(of: regions)
        guard statuses.count == regions.count else { return false }
        let retention = self.configuration.tombstoneRetention.wholeNanoseconds / 1_000_000
        let collections = ReplicatorMachine.collections(
            Array(statuses.values),
            tombstonesBefore: self.time.wallMilliseconds - retention
        )
        var collected = 0
        for (region, collection) in collections.sorted(by: { $0.key < $1.key }) {
            // A failure costs nothing: what stays is collected the next time.
            guard let store = self.stores[region] else { continue }
            if (try? await store.collect(collection, in: self.context())) != nil { collected += 1 }
        }
        return collected == regions.count
    }

    /// Collects now and then until the task is cancelled.
    func collectRepeatedly() async {
        while !Task.isCancelled {
            guard (try? await self.time.sleep(for: self.configuration.collectInterval)) != nil else { return }
            await self.collect()
        }
    }
}
