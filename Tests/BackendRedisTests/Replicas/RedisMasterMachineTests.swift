import RegionKitCore
import Testing

@testable import BackendRedis

@Suite struct RedisMasterMachineTests {
    private static let order: [Region] = ["a", "b", "c"]
    private static let replica = RedisRole.replica(master: "h:1", isConnected: true)

    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        MonotonicInstant(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000)
    }

    /// A machine that has found masters in a round from 0 to 10 ms, after a doubt at 0.
    private func machine(_ masters: Region..., believing: Region? = nil) -> RedisMasterMachine {
        var machine = RedisMasterMachine(Self.order)
        if let believing { machine.served(believing) }
        machine.failed(at: Self.at(0))
        #expect(machine.next(for: "a", since: Self.at(0), at: Self.at(0)) == .ask)
        let roles = Self.order.map { ($0, masters.contains($0) ? RedisRole.master(replicas: 2) : Self.replica) }
        machine.roundEnded(Dictionary(uniqueKeysWithValues: roles), at: Self.at(10))
        return machine
    }

    private func isUsed(_ step: RedisMasterMachine.Step) -> Bool { if case .use = step { true } else { false } }

    @Test func `one asks at a time, and the others wait for what it finds`() {
        var machine = RedisMasterMachine(Self.order)
        #expect(machine.next(for: "a", since: Self.at(0), at: Self.at(0)) == .ask)
        #expect(machine.next(for: "b", since: Self.at(0), at: Self.at(1)) == .wait)
        #expect(machine.next(for: "b", since: Self.at(500), at: Self.at(900)) == .wait)
        machine.roundEnded(["b": .master(replicas: 0)], at: Self.at(900))
        #expect(self.isUsed(machine.next(for: "a", since: Self.at(0), at: Self.at(900))))
    }

    @Test func `what was found holds for a tenth of a second, and so long nobody asks again`() {
        var machine = self.machine("b")
        #expect(self.isUsed(machine.next(for: "a", since: Self.at(0), at: Self.at(109))))
        #expect(machine.next(for: "a", since: Self.at(0), at: Self.at(110)) == .ask)
        var none = self.machine()
        #expect(none.next(for: "a", since: Self.at(5), at: Self.at(20)) == .rest(until: Self.at(100)))
        #expect(none.next(for: "a", since: Self.at(5), at: Self.at(100)) == .ask)
    }

    @Test func `a round from before a refusal tells that another is the master, not that this one is`() {
        var machine = self.machine("b")
        #expect(self.isUsed(machine.next(for: "a", since: Self.at(50), at: Self.at(50))))
        #expect(machine.next(for: "b", since: Self.at(50), at: Self.at(50)) == .rest(until: Self.at(100)))
    }

    @Test func `a round that was broken off tells nothing, and another one asks`() {
        var machine = RedisMasterMachine(Self.order)
        #expect(machine.next(for: "a", since: Self.at(0), at: Self.at(0)) == .ask)
        machine.roundEnded(nil, at: Self.at(10))
        #expect(machine.next(for: "a", since: Self.at(0), at: Self.at(10)) == .rest(until: Self.at(100)))
        #expect(machine.next(for: "a", since: Self.at(0), at: Self.at(100)) == .ask)
        #expect(machine.master == nil)
    }

    @Test func `of several masters the one believed in stays, else the one with the most replicas is taken`() {
        for (first, second, expected) in [(0, 2, "b"), (2, 0, "a")] as [(Int, Int, Region)] {
            var machine = RedisMasterMachine(Self.order)
            _ = machine.next(for: "a", since: Self.at(0), at: Self.at(0))
            machine.roundEnded(["a": .master(replicas: first), "b": .master(replicas: second)], at: Self.at(1))
            #expect(machine.master == expected)
        }
        #expect(self.machine("b", "c", believing: "c").master == "c")
        #expect(self.machine("b", believing: "c").master == "b")
        #expect(self.machine(believing: "c").master == "c")
    }

    @Test func `a server is asked before a write unless it is known to be the master`() {
        for region in Self.order { #expect(RedisMasterMachine(Self.order).question(for: region) != nil) }
        var machine = self.machine("b")
        #expect(machine.question(for: "b") == nil && machine.question(for: "a") != nil)
        machine.failed(at: Self.at(20))
        for region in Self.order { #expect(machine.question(for: region) == Self.at(20)) }
    }

    @Test func `a master that was found or has served is not in doubt, and one that failed later is`() {
        #expect(self.machine("b").doubted == nil)
        #expect(self.machine().doubted == Self.at(0))
        var machine = RedisMasterMachine(Self.order)
        machine.failed(at: Self.at(0))
        _ = machine.next(for: "a", since: Self.at(0), at: Self.at(1))
        machine.failed(at: Self.at(2))
        machine.roundEnded(["a": .master(replicas: 0)], at: Self.at(3))
        #expect(machine.doubted == Self.at(2))
        machine.served("b")
        #expect(machine.doubted == Self.at(2) && machine.master == "a")
        machine.served("a")
        #expect(machine.doubted == nil)
    }
}
