public import RegionKitCore

extension WorksetDatabase {
    /// The health of every region.
    ///
    /// ``RegionHealth/status``, ``RegionHealth/latency`` (nil until the region has answered),
    /// ``RegionHealth/sinceLastCheck``, ``RegionHealth/errorCount`` and more.
    public func regionHealth() -> [Region: RegionHealth] {
        Dictionary(self.store.health().map { ($0.region, $0) }) { first, _ in first }
    }

    /// Where writes go by default; nil before the first one was routed.
    public var activeRegion: Region? {
        self.store.activeRegion(for: .write)
    }

    /// Sends all traffic to a region until ``endForcedFailover(to:)``, whatever probes say of the others.
    ///
    /// While that region cannot serve, operations still move on to others.
    public func forceFailover(to region: Region) throws(WorksetError) {
        do { try self.store.prefer(region) } catch { throw WorksetError(error) }
    }

    /// Ends ``forceFailover(to:)``; traffic returns to the regions that the policy prefers, in steps.
    public func endForcedFailover(to region: Region) throws(WorksetError) {
        do { try self.store.restore(region) } catch { throw WorksetError(error) }
    }

    /// How the replicas of the table are doing.
    public func replicationStatus() -> ReplicationStatus {
        ReplicationStatus(
            table: self.configuration.table,
            primary: self.configuration.primary,
            replicas: self.store.health().map {
                ReplicationStatus.Replica(region: $0.region, status: $0.status, lag: $0.replicationLag)
            }
        )
    }
}
