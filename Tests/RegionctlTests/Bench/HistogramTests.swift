import RegionKitCore
import Testing

@testable import regionctl

@Suite struct HistogramTests {
    @Test func `without durations there is no quantile`() {
        #expect(Histogram().quantile(0.5) == nil)
        #expect(Histogram().least == nil)
    }

    @Test(arguments: [0, 1, 31, 32, 63, 64, 65, 1000, 123_456, 999_999_999, 1 << 39, (1 << 40) - 1] as [Int64])
    func `a quantile of equal durations is that duration`(_ nanoseconds: Int64) {
        var histogram = Histogram()
        for _ in 0..<3 { histogram.record(.nanoseconds(nanoseconds)) }
        #expect(histogram.quantile(0.5) == .nanoseconds(nanoseconds))
        #expect(histogram.quantile(1) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: [(0.0, 1), (0.5, 5000), (0.9, 9000), (0.99, 9900), (1, 10000)])
    func `a quantile is at most 3 % too large`(_ share: Double, _ microseconds: Int) throws {
        var histogram = Histogram()
        for value in (1...10000).shuffled() { histogram.record(.microseconds(value)) }
        let exact = Double(microseconds) / 1000
        let found = try #require(histogram.quantile(share)).milliseconds
        #expect(found >= exact && found <= exact * 1.032, "\(found) for \(exact)")
    }

    @Test func `what is beyond the range counts at its edge, and as the longest`() {
        var histogram = Histogram()
        histogram.record(.seconds(86400))
        histogram.record(.nanoseconds(-5))
        #expect(histogram.quantile(0.5) == .zero)
        #expect(histogram.greatest == .seconds(86400))
        #expect(histogram.count == 2)
    }
}
