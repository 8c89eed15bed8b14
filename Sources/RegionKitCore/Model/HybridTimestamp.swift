/// A reading of a hybrid logical clock: wall-clock milliseconds and a counter that orders events within one.
///
/// Reference: Kulkarni et al., "Logical Physical Clocks", <https://cse.buffalo.edu/tech-reports/2014-04.pdf>
public struct HybridTimestamp: Hashable, Sendable, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z, never below a reading that was seen before.
    public var milliseconds: Int64
    /// Orders readings of the same millisecond.
    public var counter: UInt32

    /// Creates a reading.
    public init(milliseconds: Int64, counter: UInt32 = 0) {
        self.milliseconds = milliseconds
        self.counter = counter
    }

    /// The lowest reading.
    public static let zero = HybridTimestamp(milliseconds: 0)

    /// Orders by milliseconds, then counter.
    public static func < (lhs: HybridTimestamp, rhs: HybridTimestamp) -> Bool {
        lhs.milliseconds != rhs.milliseconds ? lhs.milliseconds < rhs.milliseconds : lhs.counter < rhs.counter
    }
}
