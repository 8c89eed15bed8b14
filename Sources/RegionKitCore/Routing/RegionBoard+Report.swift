// What is told to others.
extension RegionBoard {
    /// Takes what happened since the last call.
    mutating func takeNews() -> [RegionEvent.Kind] {
        defer { self.news = [] }
        return self.news
    }

    /// The health of all regions now.
    mutating func report(at now: MonotonicInstant) -> [RegionHealth] {
        self.expirePreference(at: now)
        return self.all.map { self.report(on: $0, at: now) }
    }

    /// Makes news of how a region does now.
    mutating func sampleHealth(of position: Int, at now: MonotonicInstant) {
        self.expirePreference(at: now)
        let health = self.report(on: position, at: now)
        self.news.append(.healthSampled(health))
    }

    private mutating func report(on position: Int, at now: MonotonicInstant) -> RegionHealth {
        for kind in OperationKind.allCases {
            self.refresh(position, kind, self.health[kind][position].generation, at: now)
        }
        let state = self.snapshot.regions[position]
        let record = self.records[position]
        return RegionHealth(
            region: state.region,
            isPrimary: position == 0,
            reads: state.reads,
            writes: state.writes,
            latency: state.latency,
            errorCount: max(self.health.read[position].recentFaults, self.health.write[position].recentFaults),
            sinceLastCheck: [record.lastCheck, record.lastProved].compactMap(\.self).max()?.duration(to: now),
            replicationLag: state.replicationLag,
            inFlight: state.inFlight,
            isEvacuated: self.fenced.contains(position),
            isPreferred: self.preference?.position == position,
            isRecovering: self.ramping.read.contains(position) || self.ramping.write.contains(position),
            readShare: self.readShare(of: position, at: now)
        )
    }

    /// The share of reads that a region may be given.
    func readShare(of position: Int, at now: MonotonicInstant) -> Double {
        guard self.closed.read.contains(position), !self.fenced.contains(position) else { return 0 }
        // What is put first by hand does not wait.
        return self.preference?.position == position ? 1 : self.ramps.read[position]?.share(at: now) ?? 1
    }
}
