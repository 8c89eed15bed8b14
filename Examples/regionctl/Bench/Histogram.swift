internal import RegionKitCore

/// Counts durations in a fixed amount of memory: buckets whose width grows with the duration, so that a quantile is at
/// most 3 % too large.
///
/// The layout is that of HdrHistogram, <http://hdrhistogram.org>.
struct Histogram: Sendable {
    /// Every power of two is divided into so many buckets, as a power of two.
    private static let precision = 5
    /// 2⁴⁰ ns are 18 minutes; what takes longer counts as that.
    private static let longest = 40

    private var counts = [Int](repeating: 0, count: (longest - precision + 1) << precision)
    private(set) var count = 0
    private(set) var least: Duration?
    private(set) var greatest: Duration?

    mutating func record(_ duration: Duration) {
        self.counts[Self.bucket(of: duration)] += 1
        self.count += 1
        self.least = min(self.least ?? duration, duration)
        self.greatest = max(self.greatest ?? duration, duration)
    }

    /// The duration that a share of all does not exceed; nil when there is none.
    func quantile(_ share: Double) -> Duration? {
        guard let greatest = self.greatest, let least = self.least else { return nil }
        var rest = max(1, Int((share * Double(self.count)).rounded(.up)))
        for (bucket, count) in self.counts.enumerated() {
            rest -= count
            if rest <= 0 { return max(least, min(greatest, Self.end(of: bucket))) }
        }
        return greatest
    }

    private static func bucket(of duration: Duration) -> Int {
        let value = UInt64(max(0, min(duration.wholeNanoseconds, (1 << self.longest) - 1)))
        let exponent = max(0, 64 - value.leadingZeroBitCount - self.precision - 1)
        // Values of up to six bits have a bucket of their own; of longer ones the first six bits count.
        return Int(value >> UInt64(exponent)) + (exponent << self.precision)
    }

    private static func end(of bucket: Int) -> Duration {
        let exponent = max(0, (bucket >> self.precision) - 1)
        let lead = bucket - (exponent << self.precision)
        return .nanoseconds(Int64(((lead + 1) << exponent) - 1))
    }
}
