extension Replicator {
    /// Waits until what regions have taken so far has reached all others, or the time is over.
    ///
    /// It carries nothing itself: a running replicator does, of this process or another one.
    ///
    /// - Parameters:
    ///   - sources: The regions that took the writes.
    ///   - limit: How long to wait.
    /// - Returns: The regions that may still lack some of it, in order; none when all have it.
    public func waitForArrival(of sources: [Region], within limit: Duration) async throws -> [Region] {
        let end = self.time.now.advanced(by: limit)
        var heads: [Region: ReplicaCursor] = [:]
        while true {
            let statuses = await self.statuses(of: self.regions)
            // What is written while we wait is not waited for.
            for source in sources where heads[source] == nil { heads[source] = statuses[source]?.head }
            let lacking = self.regions.filter { target in
                sources.contains { source in
                    guard source != target, self.regions.contains(source) else { return false }
                    guard let head = heads[source], let cursor = statuses[target]?.cursors[source] else { return true }
                    // A later incarnation began with a merge of everything.
                    return cursor.incarnation < head.incarnation
                        || cursor.incarnation == head.incarnation && cursor.sequence < head.sequence
                }
            }
            let now = self.time.now
            if lacking.isEmpty || now >= end { return lacking }
            try await self.time.sleep(until: min(end, now.advanced(by: self.configuration.pollInterval)))
        }
    }
}
