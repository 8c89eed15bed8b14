import RegionKitCore
import Testing

@testable import BackendRedis

/// F4b: a deadline in the region's clock that is never later than the caller's.
@Suite struct RegionClockTests {
    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: milliseconds * 1_000_000)
    }

    @Test func `nothing is known before the first answer`() {
        #expect(RegionClock().milliseconds(at: Self.at(5), knownAt: Self.at(0)) == nil)
    }

    @Test func `a deadline is told as early as the round trip leaves in doubt`() {
        var clock = RegionClock()
        // The region's clock was read 20 ms before the answer came at worst, and then shows 20 ms more by now.
        clock.learn(microseconds: 1_000_000, between: Self.at(100), and: Self.at(120))
        #expect(clock.milliseconds(at: Self.at(620), knownAt: Self.at(120)) == 1500)
    }

    @Test func `a slow answer does not spoil what a quick one told`() {
        var clock = RegionClock()
        clock.learn(microseconds: 1_000_000, between: Self.at(100), and: Self.at(101))
        clock.learn(microseconds: 1_500_000, between: Self.at(600), and: Self.at(2600))
        let told = clock.milliseconds(at: Self.at(2601), knownAt: Self.at(2601)) ?? 0
        // 0.2 ms a second is taken off for drift.
        #expect((3498...3500).contains(told))
    }

    @Test(arguments: [-30_000, -500, 500, 30_000] as [Int64])
    func `a clock that was set is believed at once`(step: Int64) {
        var clock = RegionClock()
        clock.learn(microseconds: 100_000_000, between: Self.at(100), and: Self.at(101))
        clock.learn(microseconds: (100_100 + step) * 1000, between: Self.at(200), and: Self.at(201))
        #expect(clock.milliseconds(at: Self.at(201), knownAt: Self.at(201)) == 100_100 + step)
    }

    @Test(arguments: [Int64.min, -1, .max])
    func `a time that no clock shows is not believed`(microseconds: Int64) {
        var clock = RegionClock()
        clock.learn(microseconds: microseconds, between: Self.at(100), and: Self.at(101))
        #expect(clock.milliseconds(at: Self.at(5), knownAt: Self.at(0)) == nil)
    }

    @Test func `moments at the ends of time do not overflow`() {
        var clock = RegionClock()
        clock.learn(microseconds: 1_700_000_000_000_000, between: Self.at(100), and: Self.at(101))
        #expect(clock.milliseconds(at: MonotonicInstant(nanoseconds: .max), knownAt: Self.at(101)) != nil)
    }
}
