import Testing

@testable import RegionKitCore

struct LinkMachineTests {
    private static let start = MonotonicInstant(nanoseconds: 1_000_000_000)

    private static func at(_ milliseconds: Int64) -> MonotonicInstant {
        Self.start.advanced(by: .milliseconds(milliseconds))
    }

    private static func cursor(_ sequence: Int64, incarnation: UInt64 = 5) -> ReplicaCursor {
        ReplicaCursor(incarnation: incarnation, sequence: sequence, version: nil)
    }

    private static func rows(_ names: String...) -> [ReplicaRow] {
        names.map { name in
            ReplicaRow(
                key: Key(.string(name)),
                item: [:],
                version: Version(timestamp: HybridTimestamp(milliseconds: 1), origin: Origin("a")),
                operation: OperationID(high: 0, low: 0)
            )
        }
    }

    private static func moved(parked: Int = 0) -> ApplicationOutcome {
        ApplicationOutcome(moved: true, applied: 1, parked: parked)
    }

    /// A link whose target stands at entry 3.
    private static func connected(_ condition: LinkCondition = LinkCondition()) -> LinkMachine {
        var link = LinkMachine(pollInterval: .milliseconds(10), batch: 4, seed: 1)
        link.set(condition, at: Self.start)
        link.located(at: Self.cursor(3), parked: 0)
        return link
    }

    @Test func `A link asks where the target stands, reads on from there, and delivers`() {
        var link = LinkMachine(pollInterval: .milliseconds(10), batch: 4, seed: 1)
        #expect(link.next(at: Self.at(0)) == .locate)
        link.located(at: Self.cursor(3), parked: 0)
        #expect(link.next(at: Self.at(0)) == .read(after: Self.cursor(3), limit: 4))
        let rows = Self.rows("x", "y")
        #expect(link.wasRead(.entries(rows, Self.cursor(5)), after: Self.cursor(3), at: Self.at(0)) == .none)
        let delivery = LinkMachine.Step.deliver(rows, from: Self.cursor(3), to: Self.cursor(5))
        #expect(link.next(at: Self.at(0)) == delivery)
        link.delivered(Self.moved(), from: Self.cursor(3), to: Self.cursor(5))
        #expect(link.next(at: Self.at(0)) == .read(after: Self.cursor(5), limit: 4))
        #expect(link.applied == 1)
    }

    @Test func `A link to a target that has nothing merges everything first`() {
        var link = LinkMachine(pollInterval: .milliseconds(10), batch: 4, seed: 1)
        link.located(at: .start, parked: 0)
        #expect(link.next(at: Self.at(0)) == .merge(from: .start))
        link.merged(upTo: Self.cursor(9), moved: true, applied: 20, at: Self.at(0))
        #expect(link.next(at: Self.at(0)) == .read(after: Self.cursor(9), limit: 4))
    }

    @Test
    func `C5 a new incarnation of the source is merged, a gap in the same one means that the target was left out`() {
        var link = Self.connected()
        #expect(link.wasRead(.gap(Self.cursor(7, incarnation: 6)), after: Self.cursor(3), at: Self.at(0)) == .none)
        #expect(link.next(at: Self.at(0)) == .merge(from: Self.cursor(3)))
        link = Self.connected()
        #expect(link.wasRead(.gap(Self.cursor(7)), after: Self.cursor(3), at: Self.at(0)) == .targetLeftOut)
        #expect(link.wasRead(.diverged, after: Self.cursor(3), at: Self.at(0)) == .none)
        link = Self.connected()
        #expect(link.wasRead(.diverged, after: Self.cursor(3), at: Self.at(0)) == .sourceLost)
    }

    @Test func `An idle link looks ever more rarely, and asks the target again now and then`() {
        var link = Self.connected()
        var (now, pauses) = (Self.at(0), [Double]())
        for _ in 0..<7 {
            #expect(link.next(at: now) == .read(after: Self.cursor(3), limit: 4))
            _ = link.wasRead(.entries([], Self.cursor(3)), after: Self.cursor(3), at: now)
            guard case .rest(let until?) = link.next(at: now) else { return #expect(Bool(false)) }
            pauses.append(now.duration(to: until).milliseconds)
            now = until
        }
        #expect(pauses == [10, 20, 40, 80, 80, 80, 80])
        _ = link.wasRead(.entries([], Self.cursor(3)), after: Self.cursor(3), at: now)
        #expect(link.next(at: now) == .locate)
        link = Self.connected()
        _ = link.wasRead(.entries([], Self.cursor(3)), after: Self.cursor(3), at: Self.at(0))
        link.nudged(at: Self.at(1))
        #expect(link.next(at: Self.at(1)) == .read(after: Self.cursor(3), limit: 4))
    }

    @Test func `Another replicator that moved the cursor is no error: the link asks again`() {
        var link = Self.connected()
        _ = link.wasRead(.entries(Self.rows("x"), Self.cursor(4)), after: Self.cursor(3), at: Self.at(0))
        link.delivered(
            ApplicationOutcome(moved: false, applied: 0, parked: 0),
            from: Self.cursor(3),
            to: Self.cursor(4)
        )
        #expect(link.next(at: Self.at(0)) == .locate)
        link.located(at: Self.cursor(8), parked: 0)
        #expect(link.next(at: Self.at(0)) == .read(after: Self.cursor(8), limit: 4))
        #expect(link.failures == 0)
    }

    @Test func `An answer to a delivery that others have overtaken takes nothing from what is held since`() {
        var link = Self.connected(LinkCondition(lag: .milliseconds(100)))
        _ = link.wasRead(.entries(Self.rows("x"), Self.cursor(4)), after: Self.cursor(3), at: Self.at(0))
        #expect(link.next(at: Self.at(100)) == .deliver(Self.rows("x"), from: Self.cursor(3), to: Self.cursor(4)))
        link.located(at: Self.cursor(4), parked: 0)
        _ = link.wasRead(.entries(Self.rows("y"), Self.cursor(5)), after: Self.cursor(4), at: Self.at(110))
        _ = link.wasRead(.entries(Self.rows("z"), Self.cursor(6)), after: Self.cursor(5), at: Self.at(120))
        link.delivered(Self.moved(), from: Self.cursor(3), to: Self.cursor(4))
        #expect(link.next(at: Self.at(220)) == .deliver(Self.rows("y"), from: Self.cursor(4), to: Self.cursor(5)))
        #expect(link.applied == 1)
    }

    @Test func `A lag holds changes back by their age, and reading goes on meanwhile`() {
        var link = Self.connected(LinkCondition(lag: .milliseconds(100)))
        let (first, second) = (Self.rows("x"), Self.rows("y"))
        _ = link.wasRead(.entries(first, Self.cursor(4)), after: Self.cursor(3), at: Self.at(0))
        #expect(link.next(at: Self.at(50)) == .read(after: Self.cursor(4), limit: 4))
        _ = link.wasRead(.entries(second, Self.cursor(5)), after: Self.cursor(4), at: Self.at(50))
        _ = link.wasRead(.entries([], Self.cursor(5)), after: Self.cursor(5), at: Self.at(60))
        #expect(link.next(at: Self.at(60)) == .rest(until: Self.at(70)))
        #expect(link.lag(at: Self.at(60)) == .milliseconds(60))
        _ = link.wasRead(.entries([], Self.cursor(5)), after: Self.cursor(5), at: Self.at(99))
        #expect(link.next(at: Self.at(99)) == .rest(until: Self.at(100)))
        #expect(link.next(at: Self.at(100)) == .deliver(first, from: Self.cursor(3), to: Self.cursor(4)))
        link.delivered(Self.moved(), from: Self.cursor(3), to: Self.cursor(4))
        #expect(link.lag(at: Self.at(100)) == .milliseconds(50))
        #expect(link.next(at: Self.at(150)) == .deliver(second, from: Self.cursor(4), to: Self.cursor(5)))
    }

    @Test func `Reordering delivers some keys ahead, all rows of a key together, and everything in the end`() {
        var sawEarly = 0
        for seed in 0..<20 as Range<UInt64> {
            var link = LinkMachine(pollInterval: .milliseconds(10), batch: 4, seed: seed)
            link.set(LinkCondition(jitter: .milliseconds(50), reorders: true), at: Self.start)
            link.located(at: Self.cursor(3), parked: 0)
            let rows = Self.rows("x", "y", "x", "z")
            _ = link.wasRead(.entries(rows, Self.cursor(7)), after: Self.cursor(3), at: Self.at(0))
            var deliveries: [[ReplicaRow]] = []
            while deliveries.last != rows, deliveries.count < 3 {
                switch link.next(at: Self.at(100)) {
                case .deliver(let rows, let from, let to):
                    deliveries.append(rows)
                    link.delivered(Self.moved(), from: from, to: to)
                case let step: return #expect(step == .locate)
                }
            }
            #expect(deliveries.last == rows)
            guard deliveries.count == 2 else { continue }
            sawEarly += 1
            #expect([0, 2].contains(deliveries[0].count { $0.key == "x" }))
        }
        #expect(sawEarly > 5)
    }

    @Test func `A cut link rests, and goes on where it was`() {
        var link = Self.connected()
        _ = link.wasRead(.entries(Self.rows("x"), Self.cursor(4)), after: Self.cursor(3), at: Self.at(0))
        link.set(LinkCondition(isCut: true), at: Self.at(1))
        #expect(link.next(at: Self.at(1000)) == .rest(until: nil))
        link.set(LinkCondition(), at: Self.at(1000))
        #expect(link.next(at: Self.at(1000)) == .deliver(Self.rows("x"), from: Self.cursor(3), to: Self.cursor(4)))
    }

    @Test func `A failing link backs off up to one second, and begins at once when it is told of news`() {
        var link = Self.connected()
        var (now, pauses) = (Self.at(0), [Double]())
        for _ in 0..<9 {
            link.failed(at: now)
            guard case .rest(let until?) = link.next(at: now) else { return #expect(Bool(false)) }
            pauses.append(now.duration(to: until).milliseconds)
            now = until
        }
        #expect(pauses == [20, 40, 80, 160, 320, 640, 1000, 1000, 1000])
        #expect(link.failures == 9)
        link.failed(at: now)
        link.nudged(at: now)
        #expect(link.next(at: now) == .read(after: Self.cursor(3), limit: 4))
        _ = link.wasRead(.entries([], Self.cursor(3)), after: Self.cursor(3), at: now)
        #expect(link.failures == 0)
    }

    @Test func `C1 rows parked at the target are delivered by empty deliveries`() {
        var link = Self.connected()
        _ = link.wasRead(.entries(Self.rows("x"), Self.cursor(4)), after: Self.cursor(3), at: Self.at(0))
        link.delivered(Self.moved(parked: 1), from: Self.cursor(3), to: Self.cursor(4))
        _ = link.wasRead(.entries([], Self.cursor(4)), after: Self.cursor(4), at: Self.at(10))
        #expect(link.next(at: Self.at(10)) == .deliver([], from: Self.cursor(4), to: Self.cursor(4)))
        link.delivered(Self.moved(), from: Self.cursor(4), to: Self.cursor(4))
        _ = link.wasRead(.entries([], Self.cursor(4)), after: Self.cursor(4), at: Self.at(20))
        #expect(link.next(at: Self.at(20)) == .rest(until: Self.at(40)))
    }

    @Test func `The lag is zero while the link is watched and nothing is missing, else the time since then`() {
        var link = Self.connected()
        #expect(link.lag(at: Self.at(0)) == nil)
        _ = link.wasRead(.entries([], Self.cursor(3)), after: Self.cursor(3), at: Self.at(0))
        #expect(link.lag(at: Self.at(100)) == .zero)
        link.set(LinkCondition(isCut: true), at: Self.at(100))
        #expect(link.lag(at: Self.at(5000)) == .seconds(5))
    }
}
