import Testing

@testable import RegionKitCore

struct CollectionTests {
    private static let origin = Origin("a")

    private static func version(_ milliseconds: Int64) -> Version {
        Version(timestamp: HybridTimestamp(milliseconds: milliseconds), origin: origin)
    }

    private static func cursor(_ sequence: Int64, at milliseconds: Int64?, incarnation: UInt64 = 1) -> ReplicaCursor {
        ReplicaCursor(incarnation: incarnation, sequence: sequence, version: milliseconds.map(Self.version))
    }

    /// Two regions that have caught up with each other.
    private static func statuses() -> [ReplicaStatus] {
        func status(_ region: Region, head: ReplicaCursor, clock: Int64, _ cursors: [Region: ReplicaCursor])
            -> ReplicaStatus
        {
            ReplicaStatus(
                region: region,
                isReady: true,
                isEmpty: false,
                head: head,
                cursors: cursors,
                clock: HybridTimestamp(milliseconds: clock),
                collectionFloor: nil,
                parked: 0
            )
        }
        let (a, b) = (Self.cursor(7, at: 700), Self.cursor(3, at: 600))
        return [status("a", head: a, clock: 750, ["b": b]), status("b", head: b, clock: 720, ["a": a])]
    }

    private static func collections(
        before: Int64 = 10_000,
        _ change: (inout [ReplicaStatus]) -> Void = { _ in }
    ) -> [Region: ReplicaCollection] {
        var statuses = Self.statuses()
        change(&statuses)
        return ReplicatorMachine.collections(statuses, tombstonesBefore: before)
    }

    @Test func `C5 what all have applied may go, up to the lowest clock`() {
        let bound = HybridTimestamp(milliseconds: 720)
        #expect(
            Self.collections() == [
                "a": ReplicaCollection(logThrough: 7, tombstonesThrough: bound),
                "b": ReplicaCollection(logThrough: 3, tombstonesThrough: bound),
            ]
        )
    }

    @Test func `C5 tombstones younger than the retention stay`() {
        #expect(Self.collections(before: 100)["a"]?.tombstonesThrough == HybridTimestamp(milliseconds: 100))
    }

    @Test func `C5 a peer behind in any log keeps younger tombstones of every origin`() {
        let collections = Self.collections { $0[1].cursors["a"] = Self.cursor(2, at: 200) }
        #expect(
            collections["a"] == ReplicaCollection(logThrough: 2, tombstonesThrough: HybridTimestamp(milliseconds: 200))
        )
        #expect(collections["b"]?.tombstonesThrough == HybridTimestamp(milliseconds: 200))
        let none = Self.collections { $0[1].cursors["a"] = Self.cursor(0, at: nil) }
        #expect(none["b"]?.tombstonesThrough == .zero)
    }

    @Test(arguments: [
        { @Sendable (statuses: inout [ReplicaStatus]) in statuses[0].isReady = false },
        { @Sendable (statuses: inout [ReplicaStatus]) in statuses[1].parked = 1 },
        { @Sendable (statuses: inout [ReplicaStatus]) in statuses[1].cursors = [:] },
        { @Sendable (statuses: inout [ReplicaStatus]) in statuses[0].head.incarnation = 2 },
    ])
    func `C5 nothing goes while a region is not ready, has parked rows or is not connected`(
        _ change: @Sendable (inout [ReplicaStatus]) -> Void
    ) {
        #expect(Self.collections(change).isEmpty)
    }

    @Test func `A region without peers collects on its own`() {
        var alone = Self.statuses()[0]
        alone.cursors = [:]
        let collections = ReplicatorMachine.collections([alone], tombstonesBefore: 740)
        #expect(
            collections == [
                "a": ReplicaCollection(logThrough: 7, tombstonesThrough: HybridTimestamp(milliseconds: 740))
            ]
        )
    }
}
