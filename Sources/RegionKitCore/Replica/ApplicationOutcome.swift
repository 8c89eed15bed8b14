/// What an application of foreign rows did.
public struct ApplicationOutcome: Hashable, Sendable {
    /// Whether it was done: false when the cursor stood elsewhere.
    public var moved: Bool
    /// How many rows replaced a local state.
    public var applied: Int
    /// How many rows are parked now, in all.
    public var parked: Int

    /// Creates an outcome.
    public init(moved: Bool, applied: Int, parked: Int) {
        self.moved = moved
        self.applied = applied
        self.parked = parked
    }
}
