import Foundation
import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@testable import BackendRedis

/// C5: a region that lost data is noticed, and takes writes again only after it was merged from its peers.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisRegionLifeTests {
    private static let log = ["--appendonly", "yes", "--appendfsync", "always"]

    private func configuration() -> Replicator.Configuration {
        var configuration = Replicator.Configuration()
        configuration.callTimeout = .seconds(20)
        return configuration
    }

    /// Runs a replicator until something holds; false after a minute.
    private func replicate(_ replicator: Replicator, until holds: () async throws -> Bool) async throws -> Bool {
        let work = Task { try await replicator.run() }
        let end = ContinuousClock.now + .seconds(60)
        var isDone = false
        while !isDone, ContinuousClock.now < end {
            isDone = (try? await holds()) ?? false
            if !isDone { try await Task.sleep(for: .milliseconds(10)) }
        }
        work.cancel()
        try await work.value
        return isDone
    }

    @Test func `a restarted server takes no writes before its region was compared with its peers (C5)`() async throws {
        try await withStore(Self.log) { server, store in
            try await store.put()
            let before = try await store.status(in: .test())
            try server.restart()
            let refusal = await #expect(throws: BackendError.self) { try await patiently { try await store.put() } }
            #expect(refusal?.code == .notReady && refusal?.failure == .unavailable)
            #expect(try await store.item() != nil)
            let after = try await store.status(in: .test())
            #expect(!after.isReady)
            #expect(after.head == before.head)
            try await store.markReady()
            #expect(try await store.status(in: .test()).isReady)
            try await store.put()
        }
    }

    /// Fault 9; `REGIONKIT_KILLS` sets the full count, 200.
    @Test func `nothing that was acknowledged is lost when the server is killed (fault 9)`() async throws {
        let kills = ProcessInfo.processInfo.environment["REGIONKIT_KILLS"].flatMap { Int($0) } ?? 5
        try await withStore(Self.log) { server, store in
            for round in 0..<kills {
                // The first writer kills the server in the middle of the others' writes.
                let last = Int.random(in: 5...40)
                let acknowledged = await withTaskGroup(of: [Key].self) { group in
                    for writer in 0..<4 {
                        group.addTask {
                            var keys: [Key] = []
                            for number in 0..<10_000 {
                                let key = Key.test("\(round)-\(writer)", "\(number)")
                                guard (try? await store.put(key, ["state": "open", "priority": 1])) != nil else {
                                    break
                                }
                                keys.append(key)
                                if writer == 0, number == last { server.kill() }
                            }
                            return keys
                        }
                    }
                    return await group.reduce(into: []) { $0 += $1 }
                }
                try server.restart()
                try await store.reach()
                try await store.markReady()
                #expect(acknowledged.count > last)
                for key in acknowledged where try await store.item(key) == nil { Issue.record("\(key) is lost") }
                // Whatever was done was done as a whole.
                let rows = try await store.allRows(after: nil, limit: 1_000_000, in: .test())
                let index = ReplicaRange(.index("by-state", "open"))
                #expect(try await store.rows(in: index, limit: 1_000_000, in: .test()).count == rows.count)
                let entries = try await server.send("XLEN", "{rk:us-west-2}:log").number(as: Int.self)
                let sequence = Int(try await store.status(in: .test()).head.sequence)
                #expect(sequence == rows.count && sequence == entries, "round \(round): \(entries ?? 0) entries")
            }
        }
    }

    @Test func `readiness for one run of a server is none for the next (C5)`() async throws {
        try await withStore(Self.log) { server, store in
            let status = try await store.status(in: .test())
            try server.restart()
            // The look was at the run before: whoever looked knows nothing of this one.
            try await patiently { try await store.markReady(status.head.incarnation, in: .test()) }
            #expect(try await !store.status(in: .test()).isReady)
        }
    }

    @Test func `one region alone, and all regions restarted at once, become ready by themselves (C5)`() async throws {
        try await withRedis(Self.log) { server in
            for names in [["alone"], ["one", "two", "three"]] as [[Region]] {
                var stores: [RedisStore] = []
                for name in names { stores.append(try await server.store(name, isReady: false)) }
                let replicator = Replicator(stores, configuration: self.configuration())
                try await replicator.prepare()
                for store in stores { try await store.put(.test("from-\(store.region)")) }
                try server.restart()
                for store in stores { try await store.reach() }
                try await replicator.prepare()
                for store in stores {
                    #expect(try await store.status(in: .test()).isReady)
                    try await store.put()
                    await store.shutdown()
                }
            }
        }
    }

    @Test func `a server that comes back with an older state is merged before it takes writes (C5, fault 18)`()
        async throws
    {
        try await withRedis { older in
            try await withRedis { other in
                let (first, second) = (
                    try await older.store("first", isReady: false), try await other.store("second", isReady: false)
                )
                let events = Mutex<[String]>([])
                let replicator = Replicator([first, second], configuration: self.configuration()) { event in
                    events.withLock { $0.append("\(event)") }
                }
                try await replicator.prepare()
                try await first.put(.test("kept"))
                try older.command("SAVE")
                for number in 0..<5 { try await first.put(.test("lost-\(number)")) }
                let before = try await first.status(in: .test())
                #expect(
                    try await self.replicate(replicator) {
                        try await second.status(in: .test()).cursors["first"] == before.head
                    }
                )
                try older.restart()
                try await first.reach()
                #expect(try await first.status(in: .test()).head.sequence == 1)
                let isReady = try await self.replicate(replicator) { try await first.status(in: .test()).isReady }
                #expect(isReady, "\(events.withLock { $0 })")
                #expect(try await first.status(in: .test()).head.incarnation > before.head.incarnation)
                for number in 0..<5 { #expect(try await first.item(.test("lost-\(number)")) != nil) }
                try await first.put(.test("new"))
                #expect(try await self.replicate(replicator) { try await second.item(.test("new")) != nil })
                await first.shutdown()
                await second.shutdown()
            }
        }
    }

    @Test func `a region whose data was removed is another one, and comes back from its peers (C5, fault 18)`()
        async throws
    {
        try await withRedis { server in
            try await withRedis { other in
                let (first, second) = (
                    try await server.store("first", isReady: false), try await other.store("second", isReady: false)
                )
                let replicator = Replicator([first, second], configuration: self.configuration())
                try await replicator.prepare()
                for number in 0..<5 { try await first.put(.test("item-\(number)")) }
                try await first.delete(.test("item-0"))
                let before = try await first.status(in: .test())
                #expect(
                    try await self.replicate(replicator) {
                        try await second.status(in: .test()).cursors["first"] == before.head
                    }
                )
                try server.command("FLUSHALL")
                let refusal = await #expect(throws: BackendError.self) { try await first.put() }
                #expect(refusal?.code == .notReady)
                let after = try await first.status(in: .test())
                #expect(!after.isReady && after.isEmpty && after.head.incarnation > before.head.incarnation)
                #expect(try await self.replicate(replicator) { try await first.status(in: .test()).isReady })
                let (mine, its) = (
                    try await first.allRows(after: nil, limit: 100, in: .test()),
                    try await second.allRows(after: nil, limit: 100, in: .test())
                )
                #expect(mine == its)
                #expect(mine.count == 5)
                await first.shutdown()
                await second.shutdown()
            }
        }
    }

    @Test func `of two that deliver the same changes at once one does (C5)`() async throws {
        try await withRedis { server in
            let (first, second) = (try await server.store("target"), try await server.store("target"))
            var (cursor, moved) = (ReplicaCursor.start, 0)
            for sequence in 1...100 as ClosedRange<Int64> {
                let version = Version(
                    timestamp: HybridTimestamp(milliseconds: sequence),
                    origin: Origin(rawValue: 5)
                )
                let row = ReplicaRow(
                    key: .test("\(sequence)"),
                    item: nil,
                    version: version,
                    operation: OperationID(high: 0, low: 0)
                )
                let next = ReplicaCursor(incarnation: 1, sequence: sequence, version: version)
                let application = ReplicaApplication(peer: "peer", rows: [row], from: cursor, to: next)
                async let one = first.apply(application, in: .test())
                async let other = second.apply(application, in: .test())
                let outcomes = [try await one, try await other]
                moved += outcomes.count { $0.moved }
                #expect(outcomes.reduce(0) { $0 + $1.applied } == 1)
                cursor = next
            }
            #expect(moved == 100)
            #expect(try await first.status(in: .test()).cursors["peer"] == cursor)
            await first.shutdown()
            await second.shutdown()
        }
    }

    @Test func `a full parking table stops an application altogether (C1)`() async throws {
        try await withRedis { server in
            let store = try await server.store(parkedLimit: 3)
            let wall = SystemTime().wallMilliseconds
            func apply(_ numbers: Range<Int>, drift: Duration = .seconds(60)) async throws -> ApplicationOutcome {
                let rows = numbers.map { number in
                    let timestamp = HybridTimestamp(milliseconds: wall + 600_000 + Int64(number))
                    return ReplicaRow(
                        key: .test("far-\(number)"),
                        item: nil,
                        version: Version(timestamp: timestamp, origin: Origin(rawValue: 5)),
                        operation: OperationID(high: 0, low: 0)
                    )
                }
                let near = ReplicaRow(
                    key: .test("near-\(numbers.upperBound)"),
                    item: nil,
                    version: Version(timestamp: HybridTimestamp(milliseconds: wall), origin: Origin(rawValue: 5)),
                    operation: OperationID(high: 0, low: 0)
                )
                let application = ReplicaApplication(
                    peer: "peer",
                    rows: rows + [near],
                    from: nil,
                    to: .start,
                    maximumDrift: drift
                )
                return try await store.apply(application, in: .test())
            }
            #expect(try await apply(0..<3).parked == 3)
            // The same again needs no more room.
            #expect(try await apply(0..<3).parked == 3)
            let full = await #expect(throws: BackendError.self) { try await apply(2..<4) }
            #expect(full?.failure == .unavailable && full?.code == .overloaded)
            #expect(try await store.load(.test("near-4"), .consistent, in: .test()) == nil)
            #expect(try await store.status(in: .test()).parked == 3)
            let due = try await apply(2..<4, drift: .seconds(700))
            #expect(due == ApplicationOutcome(moved: true, applied: 5, parked: 0))
            await store.shutdown()
        }
    }
}
