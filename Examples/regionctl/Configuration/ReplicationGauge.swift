internal import RegionKitCore

/// How far regions are apart, read from their logs and cursors.
struct ReplicationGauge {
    /// How long the oldest change that a region lacks has been waiting; missing where it cannot be known.
    private(set) var lags: [Region: Duration] = [:]
    /// How many writes of a region no other region has; missing where it cannot be known.
    private(set) var atRisk: [Region: Int] = [:]

    /// Asks all stores at once; those that do not answer within 2 s are left out.
    init(_ stores: [any ReplicaStore], time: any TimeSource = SystemTime()) async {
        let context = AttemptContext(
            deadline: time.now.advanced(by: .seconds(2)),
            operation: OperationID(high: 0, low: 0),
            time: time
        )
        let reached = await withTaskGroup(
            of: (store: any ReplicaStore, status: ReplicaStatus)?.self,
            returning: [(store: any ReplicaStore, status: ReplicaStatus)].self
        ) { group in
            for store in stores {
                group.addTask { (try? await store.status(in: context)).map { (store, $0) } }
            }
            return await group.reduce(into: []) { if let answer = $1 { $0.append(answer) } }
        }
        for (source, status) in reached {
            let head = status.head
            let targets = reached.map(\.status).filter { $0.region != source.region }
            let seen = targets.compactMap { $0.cursors[source.region] }
                .filter { $0.incarnation == head.incarnation }
                .map(\.sequence)
            if !targets.isEmpty { self.atRisk[source.region] = Int(head.sequence - (seen.max() ?? 0)) }
            for target in targets {
                let cursor = target.cursors[source.region] ?? .start
                guard case .entries(let rows, _)? = try? await source.changes(after: cursor, limit: 1, in: context)
                else { continue }
                let wait = rows.first.map { time.wallMilliseconds - $0.version.timestamp.milliseconds } ?? 0
                self.lags[target.region] = max(self.lags[target.region] ?? .zero, .milliseconds(max(0, wait)))
            }
        }
    }
}
