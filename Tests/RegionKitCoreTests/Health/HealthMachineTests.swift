import RegionKitTesting
import Testing

@testable import RegionKitCore

@Suite struct HealthMachineTests {
    private static let second: Int64 = 1_000_000_000

    /// A machine and a clock, driven second by second.
    private struct Bench {
        var machine: HealthMachine
        var now = MonotonicInstant(nanoseconds: 100 * HealthMachineTests.second)

        init(_ change: (inout HealthConfiguration) -> Void = { _ in }) {
            var configuration = HealthConfiguration()
            change(&configuration)
            self.machine = HealthMachine(configuration)
        }

        mutating func attempt(
            _ signal: HealthMachine.Signal,
            latency: Duration = .milliseconds(5),
            jitter: Double = 0.5
        ) {
            let ticket = self.machine.attemptBegan(at: self.now)
            self.machine.attemptEnded(
                ticket,
                signal,
                latencyNanoseconds: latency.wholeNanoseconds,
                at: self.now,
                jitter: jitter
            )
        }

        mutating func attempts(_ signals: [HealthMachine.Signal]) {
            for signal in signals { self.attempt(signal) }
        }

        mutating func wait(_ duration: Duration) { self.now = self.now.advanced(by: duration) }

        var status: RegionStatus {
            var machine = self.machine
            return machine.status(at: self.now)
        }
    }

    @Test func `H3 three faults in a row make a region unhealthy, fewer degraded`() {
        var bench = Bench()
        bench.attempt(.success)
        #expect(bench.status == .healthy)
        bench.attempts([.fault, .fault])
        #expect(bench.status == .degraded)
        bench.attempt(.success)
        bench.attempts([.fault, .fault])
        #expect(bench.status == .degraded, "a success between ends the row")
        bench.attempt(.fault)
        #expect(bench.status == .unhealthy)
    }

    @Test func `H3 half of at least twenty attempts within ten seconds make a region unhealthy`() {
        var bench = Bench { $0.failoverThreshold = 100 }
        for _ in 0..<9 { bench.attempts([.success, .fault]) }
        #expect(bench.status == .degraded, "18 attempts are too few")
        bench.attempts([.success, .fault])
        #expect(bench.status == .unhealthy)

        var slow = Bench { $0.failoverThreshold = 100 }
        for _ in 0..<9 { slow.attempts([.success, .fault]) }
        slow.wait(.seconds(11))
        slow.attempts([.success, .fault])
        #expect(slow.status == .degraded, "what is older than the window does not count")
    }

    @Test func `H3 the window slides second by second`() {
        var bench = Bench { $0.failoverThreshold = 100 }
        for _ in 0..<10 {
            bench.attempts([.fault, .success, .success])
            bench.wait(.seconds(1))
        }
        #expect(bench.machine.recentFaults <= 10)
        bench.wait(.seconds(5))
        #expect(bench.status == .degraded)
        bench.wait(.seconds(5))
        #expect(bench.status == .healthy, "without faults in the window the region is healthy again")
    }

    @Test func `H3 a moving average of latency above the threshold is degraded`() {
        var bench = Bench()
        bench.attempt(.success, latency: .milliseconds(100))
        #expect(bench.machine.latency == 100_000_000, "the average starts at the first sample")
        bench.attempt(.success, latency: .milliseconds(600))
        #expect(bench.machine.latency == 200_000_000)
        #expect(bench.status == .healthy)
        for _ in 0..<10 { bench.attempt(.success, latency: .milliseconds(600)) }
        #expect(bench.status == .degraded)
    }

    @Test func `H2 rejections prove health and neutral outcomes say nothing`() {
        var bench = Bench()
        bench.attempts([.fault, .fault, .neutral, .fault])
        #expect(bench.status == .unhealthy, "a neutral outcome does not end the row")
        #expect(FailureClass.rejected.provesHealth)
        #expect(!FailureClass.overloaded.provesHealth)
    }

    @Test(arguments: FailureClass.allCases)
    func `F2 each class is a fault of exactly the kinds in the table`(_ failure: FailureClass) {
        let both: Set<FailureClass> = [.notSent, .unknownOutcome, .unavailable]
        #expect(failure.isFault(for: .read) == both.contains(failure))
        #expect(failure.isFault(for: .write) == (both.contains(failure) || failure == .readOnly))
    }

    @Test func `H6 a region that was never reached is unknown and has no latency`() {
        let bench = Bench()
        #expect(bench.status == .unknown)
        #expect(bench.machine.latency == nil)
        #expect(bench.machine.isClosed)
    }

    @Test func `H4 an unhealthy region cools down, then admits one trial at a time`() {
        var bench = Bench()
        bench.attempts([.fault, .fault, .fault])
        #expect(!bench.machine.offersTrial(at: bench.now))
        bench.wait(.seconds(4.9))
        #expect(!bench.machine.offersTrial(at: bench.now))
        bench.wait(.seconds(0.2))
        #expect(bench.machine.offersTrial(at: bench.now))
        let ticket = bench.machine.attemptBegan(at: bench.now)
        #expect(ticket.isTrial)
        #expect(!bench.machine.offersTrial(at: bench.now), "one trial at a time")
        bench.machine.attemptEnded(ticket, .success, latencyNanoseconds: 1, at: bench.now, jitter: 0)
        #expect(bench.machine.offersTrial(at: bench.now))
    }

    @Test func `H4 three successes in a row make it healthy, a fault sends it back for longer`() {
        var bench = Bench()
        bench.attempts([.fault, .fault, .fault])
        bench.wait(.seconds(5.1))
        bench.attempts([.success, .success])
        #expect(bench.status == .unhealthy)
        bench.attempt(.fault)
        bench.wait(.seconds(9.9))
        #expect(!bench.machine.offersTrial(at: bench.now), "the second cool-down is twice as long")
        bench.wait(.seconds(0.2))
        bench.attempts([.success, .success, .success])
        #expect(bench.status == .healthy)
    }

    @Test(arguments: [(0.0, 4.0), (0.5, 5.0), (1.0, 6.0)])
    func `H4 the cool-down is spread by a fifth`(_ jitter: Double, _ seconds: Double) {
        var bench = Bench()
        for _ in 0..<3 { bench.attempt(.fault, jitter: jitter) }
        bench.wait(.seconds(seconds) - .milliseconds(1))
        #expect(!bench.machine.offersTrial(at: bench.now))
        bench.wait(.milliseconds(2))
        #expect(bench.machine.offersTrial(at: bench.now))
    }

    @Test func `H4 the cool-down is at most five minutes, and starts small again after ten healthy minutes`() throws {
        var bench = Bench()
        bench.attempts([.fault, .fault, .fault])
        for _ in 0..<20 {
            let due = try #require(bench.machine.trialDue)
            #expect(bench.now.duration(to: due) <= .seconds(360))
            bench.now = due
            bench.attempt(.fault)
        }
        bench.now = try #require(bench.machine.trialDue)
        bench.attempts([.success, .success, .success])
        bench.wait(.seconds(601))
        bench.attempts([.fault, .fault, .fault])
        let due = try #require(bench.machine.trialDue)
        #expect(bench.now.duration(to: due) == .seconds(5))
    }

    @Test func `H4 in a long outage the cool-down grows although the region had recovered before`() throws {
        var bench = Bench()
        for _ in 0..<2 {
            bench.attempts([.fault, .fault, .fault])
            bench.now = try #require(bench.machine.trialDue)
            if bench.machine.generation < 4 { bench.attempts([.success, .success, .success]) }
        }
        for _ in 0..<20 {
            bench.attempt(.fault)
            bench.now = try #require(bench.machine.trialDue)
        }
        bench.attempt(.fault)
        let due = try #require(bench.machine.trialDue)
        #expect(bench.now.duration(to: due) == .seconds(300))
    }

    @Test(arguments: [HealthMachine.Signal.success, .fault, .neutral])
    func `H4 the trial slot comes back on every way out`(_ signal: HealthMachine.Signal) {
        var bench = Bench()
        bench.attempts([.fault, .fault, .fault])
        for _ in 0..<2 {
            bench.now = bench.machine.trialDue ?? bench.now
            bench.attempt(signal)
        }
        if let due = bench.machine.trialDue { bench.now = due }
        #expect(bench.machine.offersTrial(at: bench.now))
    }

    @Test func `H5 a late outcome of an older generation changes nothing`() {
        var bench = Bench()
        let late = bench.machine.attemptBegan(at: bench.now)
        bench.attempts([.fault, .fault, .fault])
        bench.wait(.seconds(6))
        let trial = bench.machine.attemptBegan(at: bench.now)
        let before = bench.machine
        for signal in [HealthMachine.Signal.success, .fault, .neutral] {
            bench.machine.attemptEnded(late, signal, latencyNanoseconds: 1, at: bench.now, jitter: 0)
        }
        #expect(bench.machine.phase == before.phase)
        #expect(bench.machine.generation == before.generation)
        #expect(bench.machine.latency == before.latency)
        bench.machine.attemptEnded(trial, .success, latencyNanoseconds: 1, at: bench.now, jitter: 0)
        #expect(bench.machine.phase == .halfOpen(successes: 1, trialUnderWay: false))
    }
}
