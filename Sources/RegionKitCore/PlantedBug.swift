/// A mistake that a test builds in on purpose, to see that simulations notice it; in debug builds alone.
package enum PlantedBug: String, CaseIterable, Sendable {
    /// The outcome of an attempt counts although the region's state has changed since it began.
    case lateGeneration
    /// Retries cost nothing.
    case unlimitedBudget
    /// A trial that ended without telling anything keeps its slot.
    case leakedTrial
    /// All traffic returns as soon as a region is healthy.
    case failbackAtOnce
    /// A repetition may go to a region that was taken out by hand.
    case fenceForgotten
    /// Versions follow the wall clock even where it is behind what was seen.
    case wallClock
    /// A link's cursor moves before the changes up to it were applied.
    case cursorFirst
    /// A delete leaves nothing behind.
    case noTombstone
    /// A condition that failed counts as a fault of the region.
    case rejectionIsFault

    /// The mistake that is built in for the current task.
    @TaskLocal package static var planted: PlantedBug?

    /// Whether this one is built in.
    package var isPlanted: Bool {
        #if DEBUG
            Self.planted == self
        #else
            false
        #endif
    }
}
