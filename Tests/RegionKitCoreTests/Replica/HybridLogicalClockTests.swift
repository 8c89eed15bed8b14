import Testing

@testable import RegionKitCore

@Suite struct HybridLogicalClockTests {
    @Test func `C1 readings rise whatever the wall clock does`() {
        var clock = HybridLogicalClock()
        var last = HybridTimestamp.zero
        for wall in [1000, 1000, 999, 500, 1001, 0, 1001, 2000] as [Int64] {
            let reading = clock.tick(wallMilliseconds: wall)
            #expect(reading > last)
            last = reading
        }
        #expect(last == HybridTimestamp(milliseconds: 2000))
    }

    @Test func `C1 a reading is newer than everything that was received before`() {
        var clock = HybridLogicalClock()
        clock.receive(HybridTimestamp(milliseconds: 5000, counter: 7))
        #expect(clock.tick(wallMilliseconds: 10) == HybridTimestamp(milliseconds: 5000, counter: 8))
        let floor = HybridTimestamp(milliseconds: 6000)
        #expect(clock.tick(wallMilliseconds: 10, floor: floor) > floor)
    }

    @Test func `C1 a counter that is full carries into the milliseconds`() {
        var clock = HybridLogicalClock(last: HybridTimestamp(milliseconds: 5, counter: .max))
        #expect(clock.tick(wallMilliseconds: 0) == HybridTimestamp(milliseconds: 6))
    }

    @Test func `C1 versions compare as numbers, time before counter before origin`() {
        func version(_ ms: Int64, _ counter: UInt32, _ origin: UInt64) -> Version {
            Version(timestamp: HybridTimestamp(milliseconds: ms, counter: counter), origin: Origin(rawValue: origin))
        }
        let sorted = [version(9, 0, 9), version(10, 0, 1), version(10, 0, 2), version(10, 1, 0), version(11, 0, 0)]
        #expect(sorted.shuffled().sorted() == sorted)
        for version in sorted { #expect(Version("\(version)") == version) }
    }

    @Test(arguments: ["", "1.2", "1.2.3.4", "a.2.3", "1.-2.3", "-1.2.3", "1.2.281474976710656", "1.4294967296.3"])
    func `C1 malformed versions are refused`(_ text: String) {
        #expect(Version(text) == nil)
    }

    @Test func `C1 an origin is the first 48 bits of SHA-256 of the region's name`() {
        // printf us-west-2 | sha256sum
        #expect(Origin("us-west-2") == Origin(rawValue: 0xD8C0_D063_7775))
    }
}
