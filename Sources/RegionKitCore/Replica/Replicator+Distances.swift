extension Replicator {
    /// How far the regions are apart, whoever replicates: read from their logs and cursors, all at once.
    ///
    /// A region that does not answer in time is missing, and the others are compared without it.
    package func distances() async -> [Region: ReplicaDistance] {
        let statuses = await self.statuses(of: self.regions)
        var distances = statuses.mapValues { _ in ReplicaDistance() }
        guard statuses.count > 1 else { return distances }
        for (source, status) in statuses {
            let cursors = statuses.values.filter { $0.region != source }.compactMap { $0.cursors[source] }
            let seen = cursors.filter { $0.incarnation == status.head.incarnation }.map(\.sequence).max() ?? 0
            distances[source]?.atRisk = max(0, Int(status.head.sequence &- seen))
        }
        let waits = await withTaskGroup(
            of: (target: Region, wait: Duration)?.self,
            returning: [(target: Region, wait: Duration)].self
        ) { group in
            for (source, target) in self.allLinks.map({ ($0.source, $0.target) }) {
                guard let store = self.stores[source], statuses[source] != nil, let status = statuses[target] else {
                    continue
                }
                let cursor = status.cursors[source] ?? .start
                group.addTask { await self.oldest(in: store, after: cursor).map { (target, $0) } }
            }
            return await group.reduce(into: []) { if let wait = $1 { $0.append(wait) } }
        }
        for (target, wait) in waits {
            let longest = distances[target]?.lag ?? .zero
            distances[target]?.lag = max(longest, wait)
        }
        return distances
    }

    /// How long the first change after a cursor has been waiting, zero where there is none; nil when nobody can tell.
    private func oldest(in store: any ReplicaStore, after cursor: ReplicaCursor) async -> Duration? {
        let changes = try? await store.changes(after: cursor, limit: 1, in: self.context())
        guard case .entries(let rows, _)? = changes else { return nil }
        guard let first = rows.first else { return .zero }
        return .milliseconds(max(0, self.time.wallMilliseconds - first.version.timestamp.milliseconds))
    }
}
