internal import RegionKitCore

/// Tells a replicator how the links between regions are emulated, as it changes.
struct EmulatedLinks: StoreService {
    /// How often the emulations are looked at: a change is seen within 200 ms.
    private static let interval = Duration.milliseconds(100)

    let stores: [SQLiteStore]
    let replicator: Replicator
    let time: any TimeSource

    func run() async throws {
        var known: [Region: [Region: LinkCondition]] = [:]
        while !Task.isCancelled {
            for store in self.stores {
                let links = store.control.links(at: self.time.now, self.time)
                let before = known.updateValue(links, forKey: store.region) ?? [:]
                for target in Set(before.keys).union(links.keys) where before[target] != links[target] {
                    self.replicator.setLink(from: store.region, to: target, links[target] ?? LinkCondition())
                }
            }
            try await self.time.sleep(for: Self.interval)
        }
    }

    func replicationLag(of region: Region) -> Duration? { nil }
}
