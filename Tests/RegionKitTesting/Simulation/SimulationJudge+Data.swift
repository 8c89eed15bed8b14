internal import RegionKitCore

// What happens to the data in each region.
extension SimulationJudge {
    /// A region returns a version.
    mutating func returned(_ version: Version, in region: Region) {
        guard let position = self.scenario.regions.firstIndex(of: region) else { return }
        self.newest[position] = max(self.newest[position] ?? version, version)
    }

    /// A region has applied rows of another.
    mutating func applied(_ rows: [ReplicaRow], in region: Region) {
        guard let position = self.scenario.regions.firstIndex(of: region) else { return }
        for row in rows { self.newest[position] = max(self.newest[position] ?? row.version, row.version) }
    }

    /// A region has done a write.
    ///
    /// - Parameter before: What the region had of each key.
    mutating func committed(
        _ commit: ReplicaCommit,
        _ version: Version,
        _ operation: OperationID,
        _ before: [Key: ReplicaRow],
        in region: Region,
        at now: MonotonicInstant
    ) {
        guard let position = self.scenario.regions.firstIndex(of: region) else { return }
        let seen = before.values.map(\.version).max() ?? .oldest
        if version <= max(self.newest[position] ?? .oldest, seen) {
            self.violated("C1", "\(region) gave a version that is not newer than all it had seen", at: now)
        }
        self.newest[position] = max(self.newest[position] ?? version, version)
        for change in commit.changes {
            if case .none = change.effect { continue }
            if change.expected != .any {
                // F4: what depends on a condition is done once, in one region.
                if self.conditional.updateValue(position, forKey: operation) != nil {
                    self.violated("F4", "a conditional write was done twice, at last in \(region)", at: now)
                }
            }
            var truth = self.truths[change.key] ?? Truth(local: self.scenario.regions.map { _ in nil })
            if let newest = truth.newest, before[change.key]?.version ?? .oldest < newest, truth.operation != operation
            {
                self.report.conflicts += 1
            }
            if version > truth.newest ?? .oldest { (truth.newest, truth.operation) = (version, operation) }
            self.truths[change.key] = truth
        }
        self.trace(UInt64(position), version.timestamp.traceWord, 5, at: now)
    }

    /// The time within which all regions must hold the same is over.
    mutating func ended(with contents: [[Key: ReplicaRow]], at now: MonotonicInstant) {
        self.isOver = true
        self.report.isConverged = true
        for (number, client) in self.clients.enumerated() where client.inFlight > 0 {
            self.violated("F1", "\(client.inFlight) operations of client \(number) never ended", at: now)
        }
        for (key, truth) in self.truths {
            if let acknowledged = truth.acknowledged,
                contents.allSatisfy({ $0[key]?.version ?? .oldest < acknowledged })
            {
                self.report.lostWrites += 1
            }
        }
        let differing = self.truths.filter { key, truth in
            contents.contains { $0[key]?.version != truth.newest || $0[key] != contents[0][key] }
        }
        for (key, truth) in differing.sorted(by: { "\($0.key)" < "\($1.key)" }) {
            self.report.isConverged = false
            let found = zip(self.scenario.regions, contents).map { region, rows in
                guard let row = rows[key] else { return "\(region) has nothing" }
                return "\(region) has \(row.item == nil ? "a delete" : "an item") \(row.version)"
            }
            let newest = truth.newest.map { "\($0)" } ?? "none"
            let message = "of \(key.partition) the newest version is \(newest); \(found.joined(separator: ", "))"
            self.violated("C5", message, at: now)
        }
    }
}
