import Testing

@testable import RegionKitCore

/// Which links a replicator holds: the pure machine.
struct LeaseTests {
    private static let start = MonotonicInstant(nanoseconds: 1_000_000_000)
    private static let (ab, cb) = (ReplicationLink(source: "a", target: "b"), ReplicationLink(source: "c", target: "b"))

    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        Self.start.advanced(by: .milliseconds(milliseconds))
    }

    private static func machine(serving: [Region] = ["a", "b", "c"]) -> ReplicatorMachine {
        var machine = ReplicatorMachine(["a", "b", "c"], configuration: Replicator.Configuration())
        for region in serving { _ = machine.found(region, .serving, at: Self.start) }
        return machine
    }

    private static func held(_ machine: ReplicatorMachine, at now: MonotonicInstant) -> [Region] {
        machine.linkStatuses(at: now).filter { $0.target == "b" && $0.isHeld }.map(\.source)
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Nil: the region did not answer.
        var granted: Set<Region>?
        /// When the answer comes and until when it grants, in milliseconds; the lease of `a` lasts until 2000.
        var time: Int64 = 500
        var end: Int64 = 2500
        var taken: [ReplicationLink] = []
        var lost: [ReplicationLink] = []
        var heldAfterwards: [Region]
    }

    static let answers: [Answer] = [
        Answer(testDescription: "a renewal", granted: ["a"], heldAfterwards: ["a"]),
        Answer(testDescription: "one more", granted: ["a", "c"], taken: [Self.cb], heldAfterwards: ["a", "c"]),
        Answer(
            testDescription: "the other one",
            granted: ["c"],
            taken: [Self.cb],
            lost: [Self.ab],
            heldAfterwards: ["c"]
        ),
        Answer(testDescription: "none", granted: [], lost: [Self.ab], heldAfterwards: []),
        Answer(testDescription: "silence", granted: nil, heldAfterwards: ["a"]),
        Answer(testDescription: "silence at the end", granted: nil, time: 2000, lost: [Self.ab], heldAfterwards: []),
        Answer(
            testDescription: "a renewal after the end",
            granted: ["a"],
            time: 2100,
            taken: [Self.ab],
            lost: [Self.ab],
            heldAfterwards: ["a"]
        ),
        Answer(
            testDescription: "an answer that comes when it is over",
            granted: ["a", "c"],
            time: 2500,
            lost: [Self.ab],
            heldAfterwards: []
        ),
    ]

    @Test(arguments: answers)
    func `What a region answers takes, keeps and loses leases`(_ answer: Answer) {
        var machine = Self.machine()
        _ = machine.leased(into: "b", asked: ["a", "c"], granted: ["a"], until: Self.at(2000), at: Self.at(0))
        let changes = machine.leased(
            into: "b",
            asked: ["a", "c"],
            granted: answer.granted,
            until: Self.at(answer.end),
            at: Self.at(answer.time)
        )
        #expect(changes.taken == answer.taken)
        #expect(changes.lost == answer.lost)
        #expect(Self.held(machine, at: Self.at(answer.time)) == answer.heldAfterwards)
    }

    @Test func `A lease that was not asked for again is kept until its end`() {
        var machine = Self.machine()
        _ = machine.leased(into: "b", asked: ["a", "c"], granted: ["a", "c"], until: Self.at(2000), at: Self.at(0))
        let changes = machine.leased(into: "b", asked: ["c"], granted: ["c"], until: Self.at(2500), at: Self.at(500))
        #expect(changes.lost.isEmpty)
        #expect(Self.held(machine, at: Self.at(1999)) == ["a", "c"])
        #expect(Self.held(machine, at: Self.at(2000)) == ["c"])
        let end = machine.leased(into: "b", asked: [], granted: [], until: Self.at(4000), at: Self.at(2000))
        #expect(end.lost == [Self.ab])
    }

    @Test
    func `A link rests from the end of its lease to the next one, then begins anew; without need of it it goes on`() {
        var machine = Self.machine()
        #expect(machine.next(Self.ab, needsLease: true, at: Self.at(0)) == .rest(until: nil))
        #expect(machine.next(Self.ab, at: Self.at(0)) == .locate)
        _ = machine.leased(into: "b", asked: ["a"], granted: ["a"], until: Self.at(2000), at: Self.at(0))
        #expect(machine.next(Self.ab, needsLease: true, at: Self.at(0)) == .locate)
        let cursor = ReplicaCursor(incarnation: 5, sequence: 3, version: nil)
        _ = machine.update(Self.ab) { $0.located(at: cursor, parked: 0) }
        let read = LinkMachine.Step.read(after: cursor, limit: 256)
        #expect(machine.next(Self.ab, needsLease: true, at: Self.at(1999)) == read)
        #expect(machine.next(Self.ab, needsLease: true, at: Self.at(2000)) == .rest(until: nil))
        #expect(machine.next(Self.ab, at: Self.at(2000)) == read)
        _ = machine.leased(into: "b", asked: ["a"], granted: [], until: Self.at(4000), at: Self.at(2000))
        #expect(machine.next(Self.ab, at: Self.at(2000)) == .locate)
        _ = machine.update(Self.ab) { link in
            link.located(at: cursor, parked: 0)
            link.failed(at: Self.at(2499))
        }
        _ = machine.leased(into: "b", asked: ["a"], granted: ["a"], until: Self.at(4500), at: Self.at(2500))
        #expect(machine.next(Self.ab, needsLease: true, at: Self.at(2500)) == .locate)
    }

    @Test func `Leases are asked for where changes can come from, and nowhere else`() {
        #expect(Self.machine().leasablePeers(of: "b") == ["a", "c"])
        #expect(Self.machine(serving: ["a", "b"]).leasablePeers(of: "b") == ["a"])
        #expect(Self.machine(serving: ["a", "c"]).leasablePeers(of: "b") == [])
        #expect(Self.machine().leasablePeers(of: "elsewhere") == [])
        var machine = Self.machine()
        _ = machine.update(Self.ab) { $0.set(LinkCondition(isCut: true), at: Self.at(0)) }
        #expect(machine.leasablePeers(of: "b") == ["c"])
        #expect(machine.leasablePeers(of: "a") == ["b", "c"])
        _ = machine.found("c", .unreachable, at: Self.at(0))
        #expect(machine.leasablePeers(of: "b") == [])
        machine.forget("a")
        #expect(machine.leasablePeers(of: "a") == [])
    }

    // MARK: The lag of a link that another replicator holds

    private static func cursor(_ sequence: Int64, incarnation: UInt64 = 5) -> ReplicaCursor {
        ReplicaCursor(incarnation: incarnation, sequence: sequence, version: nil)
    }

    @Test func `The lag of a link that is not held is that of the oldest change known to be missing`() {
        var machine = Self.machine()
        func lag(_ milliseconds: Int64) -> Duration? {
            machine.linkStatuses(at: Self.at(milliseconds)).first { $0.source == "a" && $0.target == "b" }?.lag
        }
        func observe(_ milliseconds: Int64, head: ReplicaCursor, cursor: ReplicaCursor) {
            machine.observed(Self.ab, head: head, cursor: cursor, at: Self.at(milliseconds))
        }
        observe(0, head: Self.cursor(3), cursor: .start)
        #expect(lag(0) == nil, "the target has yet to merge")
        observe(1000, head: Self.cursor(3), cursor: Self.cursor(3))
        #expect(lag(3000) == .zero)
        #expect(lag(3001) == .milliseconds(2001), "nobody has looked for two checks")
        observe(4000, head: Self.cursor(5), cursor: Self.cursor(3))
        observe(5000, head: Self.cursor(7), cursor: Self.cursor(4))
        #expect(lag(5000) == .milliseconds(1000))
        observe(6000, head: Self.cursor(7), cursor: Self.cursor(5))
        #expect(lag(6000) == .milliseconds(1000), "entry 6 was first seen at 5000")
        observe(7000, head: Self.cursor(7, incarnation: 6), cursor: Self.cursor(5))
        #expect(lag(7000) == .milliseconds(2000), "the target has yet to merge the new incarnation")
        observe(8000, head: Self.cursor(9, incarnation: 6), cursor: Self.cursor(7, incarnation: 6))
        #expect(lag(8500) == .milliseconds(500))
        observe(9000, head: Self.cursor(9, incarnation: 6), cursor: Self.cursor(9, incarnation: 6))
        #expect(lag(9000) == .zero)
    }

    @Test func `What is remembered of a target that stays behind is bounded, and its oldest lack is not forgotten`() {
        var machine = Self.machine()
        for second in 0..<10_000 as Range<Int64> {
            machine.observed(
                Self.ab,
                head: Self.cursor(second + 4),
                cursor: Self.cursor(3),
                at: Self.at(second * 1000)
            )
        }
        #expect(machine.lag(of: "b", at: Self.at(10_000_000)) == .seconds(10_000))
        machine.observed(Self.ab, head: Self.cursor(20_000), cursor: Self.cursor(19_999), at: Self.at(10_001_000))
        #expect(machine.lag(of: "b", at: Self.at(10_001_000)) == .zero)
    }

    @Test func `What was read without a lease is forgotten when another replicator has carried it`() {
        var machine = Self.machine()
        _ = machine.update(Self.ab) { link in
            link.set(LinkCondition(lag: .seconds(5)), at: Self.at(0))
            link.located(at: Self.cursor(3), parked: 0)
            let row = ReplicaRow(
                key: "x",
                item: [:],
                version: Version(timestamp: HybridTimestamp(milliseconds: 1), origin: Origin("a")),
                operation: OperationID(high: 0, low: 0)
            )
            return link.wasRead(.entries([row], Self.cursor(4)), after: Self.cursor(3), at: Self.at(0))
        }
        machine.observed(Self.ab, head: Self.cursor(4), cursor: Self.cursor(3), at: Self.at(1000))
        #expect(machine.lag(of: "b", at: Self.at(1000)) == .milliseconds(1000))
        machine.observed(Self.ab, head: Self.cursor(4), cursor: Self.cursor(4), at: Self.at(2000))
        #expect(machine.lag(of: "b", at: Self.at(2000)) == .zero)
        #expect(machine.next(Self.ab, at: Self.at(2000)) == .locate)
    }

    @Test func `A link that is held measures its lag itself`() {
        var machine = Self.machine()
        machine.observed(Self.ab, head: Self.cursor(5), cursor: Self.cursor(3), at: Self.at(0))
        _ = machine.leased(into: "b", asked: ["a"], granted: ["a"], until: Self.at(9000), at: Self.at(1000))
        #expect(machine.lag(of: "b", at: Self.at(1000)) == .milliseconds(1000))
        _ = machine.update(Self.ab) { link in
            link.located(at: Self.cursor(5), parked: 0)
            return link.wasRead(.entries([], Self.cursor(5)), after: Self.cursor(5), at: Self.at(1010))
        }
        machine.observed(Self.ab, head: Self.cursor(6), cursor: Self.cursor(5), at: Self.at(1020))
        #expect(machine.lag(of: "b", at: Self.at(1030)) == .zero)
    }
}
