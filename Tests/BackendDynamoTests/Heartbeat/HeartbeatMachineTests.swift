import RegionKitCore
import Testing

@testable import BackendDynamo

struct HeartbeatMachineTests {
    private var machine = HeartbeatMachine(regions: 2, patience: .seconds(60))

    private func at(_ seconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: seconds * 1_000_000_000)
    }

    @Test mutating func `lag is unknown before a region and a peer were read`() {
        #expect(self.machine.lag(of: 0, at: self.at(0)) == nil)
        self.machine.read([0, 0], in: 0, at: self.at(0))
        #expect(self.machine.lag(of: 0, at: self.at(0)) == nil)
        self.machine.read([0, 0], in: 1, at: self.at(0))
        #expect(self.machine.lag(of: 0, at: self.at(0)) == nil, "nothing was counted yet")
        #expect(self.machine.unsettled.isEmpty)
    }

    @Test mutating func `lag is how long a heartbeat took, and keeps until the next one`() {
        self.machine.read([0, 0], in: 0, at: self.at(0))
        self.machine.read([0, 0], in: 1, at: self.at(0))
        self.machine.countedHere(1, in: 0, at: self.at(0))
        #expect(self.machine.unsettled == [1])
        self.machine.read([1, 0], in: 1, at: self.at(3))
        #expect(self.machine.unsettled.isEmpty)
        self.machine.read([1, 0], in: 1, at: self.at(30))
        #expect(self.machine.lag(of: 1, at: self.at(30)) == .seconds(3))
        #expect(self.machine.lag(of: 0, at: self.at(30)) == nil, "its peer counted nothing")
    }

    @Test mutating func `lag grows while replication stalls and shrinks as it catches up`() {
        self.machine.read([7, 0], in: 0, at: self.at(0))
        self.machine.read([7, 0], in: 1, at: self.at(0))
        for beat in 1...10 as ClosedRange<Int64> {
            self.machine.countedHere(7 + beat, in: 0, at: self.at(30 * beat))
            self.machine.read([7, 0], in: 1, at: self.at(30 * beat + 15))
            self.machine.read([7 + beat, 0], in: 0, at: self.at(30 * beat + 15))
            #expect(self.machine.lag(of: 1, at: self.at(30 * beat + 15)) == .seconds(30 * beat - 15))
        }
        // The fifth has come, the sixth, of 180 s, has not.
        self.machine.read([12, 0], in: 1, at: self.at(320))
        #expect(self.machine.lag(of: 1, at: self.at(320)) == .seconds(140))
        self.machine.read([17, 0], in: 1, at: self.at(321))
        #expect(self.machine.lag(of: 1, at: self.at(321)) == .seconds(21))
        self.machine.countedHere(18, in: 0, at: self.at(330))
        self.machine.read([18, 0], in: 1, at: self.at(331))
        #expect(self.machine.lag(of: 1, at: self.at(331)) == .seconds(1))
    }

    @Test mutating func `a region that does not answer has no lag, and makes none for others`() {
        for region in 0..<2 { self.machine.read([1, 1], in: region, at: self.at(0)) }
        self.machine.countedHere(2, in: 0, at: self.at(10))
        for region in 0..<2 { self.machine.read([2, 1], in: region, at: self.at(12)) }
        #expect(self.machine.lag(of: 1, at: self.at(12)) == .seconds(2))
        self.machine.failed(1)
        #expect(self.machine.lag(of: 1, at: self.at(13)) == nil)
        #expect(self.machine.lag(of: 0, at: self.at(13)) == nil, "its only peer does not answer")
        #expect(self.machine.unsettled == [1] && !self.machine.isDue(1))
        self.machine.read([2, 1], in: 1, at: self.at(50))
        #expect(self.machine.lag(of: 1, at: self.at(50)) == .seconds(2))
        self.machine.failed(0)
        #expect(self.machine.lag(of: 1, at: self.at(51)) == nil)
    }

    @Test mutating func `what was read long ago says nothing`() {
        for region in 0..<2 { self.machine.read([1, 1], in: region, at: self.at(0)) }
        self.machine.read([1, 1], in: 0, at: self.at(1))
        #expect(self.machine.lag(of: 0, at: self.at(60)) != nil)
        #expect(self.machine.lag(of: 0, at: self.at(62)) == nil)
    }

    @Test mutating func `beats of a long stall are bounded`() {
        for beat in 1...100_000 as ClosedRange<Int64> { self.machine.countedHere(beat, in: 0, at: self.at(30 * beat)) }
        self.machine.read([0, 0], in: 1, at: self.at(3_000_000))
        self.machine.read([100_000, 0], in: 0, at: self.at(3_000_000))
        #expect(self.machine.lag(of: 1, at: self.at(3_000_000)) == .seconds(30 * 255))
    }

    @Test func `of many processes one counts, and another one when it ends`() {
        var number: Int64 = 0
        var processes = Array(repeating: HeartbeatMachine(regions: 1, patience: .seconds(60)), count: 20)
        func round(_ time: Int64) -> Int {
            for index in processes.indices { processes[index].read([number], in: 0, at: self.at(time)) }
            let due = processes.indices.filter { processes[$0].isDue(0) }
            for index in due {
                number += 1
                processes[index].countedHere(number, in: 0, at: self.at(time))
            }
            return due.count
        }
        let counts = (0..<6).map { round(Int64(30 * $0)) }
        #expect(counts == [20, 1, 1, 1, 1, 1])
        processes.removeLast()
        #expect((6..<10).map { round(Int64(30 * $0)) } == [0, 19, 1, 1])
    }
}
