internal import RegionKitCore

/// What replication tells a client's store of the regions' lag.
struct SimulatedLag: StoreService {
    let replicator: Replicator
    let time: any TimeSource

    func run() async throws {
        while true { try await self.time.sleep(for: .seconds(24 * 3600)) }
    }

    func replicationLag(of region: Region) -> Duration? { self.replicator.replicationLag(of: region) }
}
