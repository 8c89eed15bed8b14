// Where one region at a time takes all writes, and which one that is changes.
extension RegionBoard {
    /// One who knows says which region takes the writes: they go there at once, without the waits of a failback.
    ///
    /// - Parameters:
    ///   - permitted: Where writes may go by default.
    ///   - fence: The regions that the policy permits to the write that found out, where they are others.
    ///   - isProved: Whether a write was just done there. Else the region is left alone where writes go there already:
    ///     that it has the role does not mean that it works.
    mutating func writesMoved(
        to position: Int,
        permitted: RegionSet,
        fence: RegionSet? = nil,
        isProved: Bool = true,
        at now: MonotonicInstant
    ) {
        let before = self.active.write
        guard isProved || before != position else { return }
        if let before, before != position, self.closed.write.contains(before) {
            let generation = self.health.write[before].generation
            self.health.write[before].trip(at: now, jitter: self.jitter())
            self.refresh(before, .write, generation, at: now)
        }
        let generation = self.health.write[position].generation
        self.health.write[position].recover(at: now)
        self.refresh(position, .write, generation, at: now)
        if self.ramping.write.contains(position) {
            self.ramps.write[position] = nil
            self.ramping.write.remove(position)
        }
        for other in self.fencedActive.keys where other.contains(position) { self.fencedActive[other] = position }
        if let fence, fence.contains(position) { _ = self.settle(.write, at: position, fence: fence) }
        let isOpen = permitted.contains(position) && !self.fenced.contains(position)
        guard isOpen, before != position || self.unsettled.write else { return }
        self.unsettled.write = true
        _ = self.settle(.write, at: position)
    }
}
