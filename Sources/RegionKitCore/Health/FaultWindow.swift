/// Attempts and faults of the last seconds, in ten buckets that slide with time.
struct FaultWindow: Sendable {
    private static let bucketCount: Int64 = 10

    private let width: Int64
    private var newest: Int64 = .min
    private var attemptCounts = InlineArray<10, Int>(repeating: 0)
    private var faultCounts = InlineArray<10, Int>(repeating: 0)
    private(set) var attempts = 0
    private(set) var faults = 0

    init(_ window: Duration) {
        self.width = max(1, window.wholeNanoseconds / Self.bucketCount)
    }

    mutating func record(fault: Bool, at now: MonotonicInstant) {
        self.advance(to: now)
        let slot = self.slot(of: self.newest)
        self.attemptCounts[slot] += 1
        self.attempts += 1
        if fault {
            self.faultCounts[slot] += 1
            self.faults += 1
        }
    }

    /// Forgets what has slid out of the window.
    mutating func advance(to now: MonotonicInstant) {
        let bucket = now.nanoseconds / self.width
        guard bucket > self.newest else { return }
        if self.newest == .min || bucket - self.newest >= Self.bucketCount {
            self.clear()
        } else {
            for passed in self.newest + 1...bucket {
                let slot = self.slot(of: passed)
                self.attempts -= self.attemptCounts[slot]
                self.faults -= self.faultCounts[slot]
                self.attemptCounts[slot] = 0
                self.faultCounts[slot] = 0
            }
        }
        self.newest = bucket
    }

    mutating func clear() {
        self.attemptCounts = InlineArray(repeating: 0)
        self.faultCounts = InlineArray(repeating: 0)
        self.attempts = 0
        self.faults = 0
    }

    private func slot(of bucket: Int64) -> Int {
        Int((bucket % Self.bucketCount + Self.bucketCount) % Self.bucketCount)
    }
}
