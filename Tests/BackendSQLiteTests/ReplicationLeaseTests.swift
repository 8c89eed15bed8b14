import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendSQLite

/// Two replicators over the same files, as in two processes.
@Suite struct ReplicationLeaseTests {
    private static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    private let folder: TestFolder

    init() throws {
        self.folder = try TestFolder()
    }

    private func open(
        leaseDuration: Duration = .seconds(2),
        callTimeout: Duration = .seconds(2)
    ) async throws -> SQLiteRegions {
        var configuration = Replicator.Configuration()
        configuration.leaseDuration = leaseDuration
        configuration.callTimeout = callTimeout
        return try await SQLiteRegions.open(
            in: self.folder.path,
            schema: TestFolder.schema,
            regions: Self.names,
            replication: configuration
        ) { $0.busyTimeout = .seconds(60) }
    }

    /// How many rows each link has applied.
    private static func applied(_ regions: SQLiteRegions) -> [Int] {
        regions.replicator.links().map(\.applied)
    }

    private static func holdsAll(_ regions: SQLiteRegions) -> Bool {
        regions.replicator.links().allSatisfy(\.isHeld)
    }

    /// Looks again and again, without taking the machine from those who work; for two minutes at most.
    private func wait(until condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(120)
        while try await !condition(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Writes so many new items in each region, and waits until every region has them all.
    private func write(_ count: Int, _ round: String, in regions: SQLiteRegions) async throws {
        for number in 0..<count {
            for store in regions.stores { try await store.put(.test("\(round)-\(number)", store.region.name)) }
        }
        for store in regions.stores {
            for origin in Self.names {
                try await self.wait { try await store.item(.test("\(round)-\(count - 1)", origin.name)) != nil }
            }
        }
    }

    @Test
    func `of two that replicate the same files one does the work, the other follows at its end, nothing is done twice`()
        async throws
    {
        let (first, second) = (try await self.open(leaseDuration: .seconds(60)), try await self.open())
        let firstWork = Task { try await first.run() }
        try await self.wait { Self.holdsAll(first) }
        let secondWork = Task { try await second.run() }
        try await self.write(40, "together", in: first)
        try await self.wait { Self.applied(first).allSatisfy { $0 >= 40 } }
        #expect(Self.applied(first) == Array(repeating: 40, count: 6))
        #expect(Self.applied(second) == Array(repeating: 0, count: 6))
        #expect(second.replicator.links().allSatisfy { !$0.isHeld })
        let end = ContinuousClock.now
        firstWork.cancel()
        try await firstWork.value
        try await self.wait { Self.holdsAll(second) }
        // Not for as long as the first one's leases would have lasted; on a machine at rest, half a second.
        #expect(end.duration(to: .now) < .seconds(40))
        try await self.write(40, "alone", in: first)
        try await self.wait { Self.applied(first).allSatisfy { $0 >= 40 } }
        #expect(Self.applied(first) == Array(repeating: 40, count: 6))
        try await self.wait { Self.applied(second).allSatisfy { $0 >= 40 } }
        #expect(Self.applied(second) == Array(repeating: 40, count: 6))
        secondWork.cancel()
        try await secondWork.value
        let rows = try await first.stores[0].allRows(after: nil, limit: 1000, in: .test())
        #expect(rows.count == 240)
        for store in second.stores { #expect(try await store.allRows(after: nil, limit: 1000, in: .test()) == rows) }
        await first.shutdown()
        await second.shutdown()
    }

    @Test func `fault 11 one takes over in less than 5 s from a holder that was killed`() async throws {
        let regions = try await self.open()
        var takeover = Duration.zero
        // A busy machine may be late once, but not three times.
        for round in 1...3 {
            for store in regions.stores {
                _ = try await store.lease(Set(Self.names), to: 7, for: .seconds(2), in: .test())
            }
            let killed = ContinuousClock.now
            let work = Task { try await regions.run() }
            try await self.wait { Self.holdsAll(regions) }
            takeover = killed.duration(to: .now)
            #expect(takeover > .milliseconds(1500))
            let before = Self.applied(regions)
            try await self.write(5, "after-\(round)", in: regions)
            try await self.wait { zip(Self.applied(regions), before).allSatisfy { $0 >= $1 + 5 } }
            #expect(zip(Self.applied(regions), before).allSatisfy { $0 == $1 + 5 })
            work.cancel()
            try await work.value
            if takeover < .seconds(5) { break }
        }
        #expect(takeover < .seconds(5))
        await regions.shutdown()
    }

    @Test func `a replicator that cannot give up a lease ends all the same`() async throws {
        let regions = try await self.open(callTimeout: .seconds(60))
        let work = Task { try await regions.run() }
        try await self.wait { Self.holdsAll(regions) }
        let lock = try await FileLock(regions.stores[0])
        let cancelled = ContinuousClock.now
        work.cancel()
        try await work.value
        #expect(cancelled.duration(to: .now) < .seconds(30), "others wait 60 s for a lock")
        lock.release()
        let free = try await regions.stores[1].lease(["us-west-2"], to: 7, for: .seconds(1), in: .test())
        #expect(free == ["us-west-2"])
        await regions.shutdown()
    }
}
