import Testing

@testable import RegionKitCore

@Suite struct FailbackRampTests {
    private let start = MonotonicInstant(nanoseconds: 5_000_000_000)

    private func at(_ seconds: Double) -> MonotonicInstant { self.start.advanced(by: .seconds(seconds)) }

    @Test func `H8 nothing returns before the region was healthy for the delay`() {
        var ramp = FailbackRamp(since: self.start, HealthConfiguration())
        #expect(ramp.advance(to: self.at(29.9), lag: nil, random: 0x8000) == (0, false, false))
        #expect(ramp.advance(to: self.at(30), lag: nil, random: 0x8000).share == 0.1)
    }

    @Test func `H8 reads return in steps`() {
        var ramp = FailbackRamp(since: self.start, HealthConfiguration())
        let shares = [30.0, 39, 41, 49, 51, 70].map { ramp.advance(to: self.at($0), lag: nil, random: 0x8000).share }
        #expect(shares == [0.1, 0.1, 0.5, 0.5, 1, 1])
    }

    @Test func `H8 the share that has returned can be looked at without moving anything`() {
        var ramp = FailbackRamp(since: self.start, HealthConfiguration())
        #expect(ramp.share(at: self.at(100)) == 0)
        _ = ramp.advance(to: self.at(100), lag: nil, random: 0x8000)
        #expect([100.0, 109, 111, 119, 121].map { ramp.share(at: self.at($0)) } == [0.1, 0.1, 0.5, 0.5, 1])
    }

    @Test func `H8 a region that is too far behind waits`() {
        var ramp = FailbackRamp(since: self.start, HealthConfiguration())
        #expect(ramp.advance(to: self.at(100), lag: .seconds(11), random: 0).share == 0)
        #expect(ramp.advance(to: self.at(101), lag: .seconds(9), random: 0).share == 0.1)
    }

    @Test func `H8 a fault begins the wait again`() {
        var ramp = FailbackRamp(since: self.start, HealthConfiguration())
        #expect(ramp.advance(to: self.at(31), lag: nil, random: 0).share == 0.1)
        ramp.faulted(at: self.at(32))
        #expect(ramp.advance(to: self.at(61), lag: nil, random: 0).share == 0)
        #expect(ramp.advance(to: self.at(62), lag: nil, random: 0).share == 0.1)
    }

    @Test func `H8 writes move once, at moments spread evenly over the ramp`() {
        var moments: [Double] = []
        for index in 0..<200 as Range<UInt64> {
            let random = (index &* 0x9E37_79B9_7F4A_7C15) ^ 0x8000
            var ramp = FailbackRamp(since: self.start, HealthConfiguration())
            var previous = false
            for tenth in 300...600 {
                let writes = ramp.advance(to: self.at(Double(tenth) / 10), lag: nil, random: random).writes
                #expect(writes || !previous, "once moved, they stay")
                if writes, !previous { moments.append(Double(tenth) / 10 - 30) }
                previous = writes
            }
        }
        #expect(moments.count == 200)
        for part in 0..<4 {
            let share = moments.filter { ($0 / 5).rounded(.down) == Double(part) }.count
            #expect((20...80).contains(share), "quarter \(part) has \(share) of 200")
        }
    }
}
