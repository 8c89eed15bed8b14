/// A hybrid logical clock: readings follow wall time, yet never fall behind anything seen before.
///
/// A pure value. Reference: Kulkarni et al., <https://cse.buffalo.edu/tech-reports/2014-04.pdf>
public struct HybridLogicalClock: Hashable, Sendable {
    /// The highest reading given out or received.
    public private(set) var last: HybridTimestamp

    /// Starts from a reading, for example one that was stored.
    public init(last: HybridTimestamp = .zero) {
        self.last = last
    }

    /// A new reading, greater than every one given out or received before and than `floor`.
    public mutating func tick(wallMilliseconds: Int64, floor: HybridTimestamp? = nil) -> HybridTimestamp {
        if PlantedBug.wallClock.isPlanted { self.last = .zero }
        if let floor { self.receive(floor) }
        if wallMilliseconds > self.last.milliseconds {
            self.last = HybridTimestamp(milliseconds: wallMilliseconds)
        } else if self.last.counter == .max {
            self.last = HybridTimestamp(milliseconds: self.last.milliseconds + 1)
        } else {
            self.last.counter += 1
        }
        return self.last
    }

    /// Notes a reading from elsewhere.
    public mutating func receive(_ reading: HybridTimestamp) {
        self.last = max(self.last, reading)
    }
}
