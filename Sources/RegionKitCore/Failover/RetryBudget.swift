/// Tokens that limit how much retries can add to the load: repetitions take some, successes give some back.
struct RetryBudget: Sendable, Hashable {
    private(set) var tokens: Int
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
        self.tokens = capacity
    }

    /// Takes `cost` tokens; false, and nothing taken, when there are fewer.
    mutating func spend(_ cost: Int) -> Bool {
        guard !PlantedBug.unlimitedBudget.isPlanted else { return true }
        guard self.tokens >= cost else { return false }
        self.tokens -= cost
        return true
    }

    /// Gives back what a repetition that succeeded had cost; one token for a success at the first attempt.
    mutating func refund(_ cost: Int) {
        self.tokens = min(self.capacity, self.tokens + max(1, cost))
    }
}
