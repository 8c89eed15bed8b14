import Foundation
import RegionKitCore
import RegionKitTesting
import Testing
import Worksets

struct WorksetLockTests {
    private static func item(_ state: WorksetState, _ lock: Item = [:]) -> Item {
        var item: Item = [
            "workset_id": "ws-001", "state": .string(state.rawValue), "priority": "normal", "bucket": "b",
            "prefix": "p/", "created_at": "2023-11-14T00:00:00.000000Z", "updated_at": "2023-11-14T00:00:00.000000Z",
            "colour": "green",
        ]
        item.merge(lock) { _, lock in lock }
        return item
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a lock is stored in the form of existing tables and leaves the rest alone`(place: Fixture.Place) async throws
    {
        let fixture = try await Fixture(place)
        _ = try await fixture.database.store.put(Self.item(.ready))
        let lock = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        #expect(lock.worksetID == "ws-001")
        #expect(lock.owner == "a")
        #expect(lock.token.origin == Origin(Fixture.west))
        #expect(lock.token.timestamp.milliseconds == fixture.time.wallMilliseconds)
        #expect(lock.expiresAt == Date(timeIntervalSince1970: 1_700_003_600))
        var item = try #require(try await fixture.database.store.get("ws-001").value.item)
        #expect(item.removeValue(forKey: "lock_token") == .string(String(lock.token.description.prefix(30))))
        var expected = Self.item(
            .ready,
            [
                "lock_owner": "a", "lock_acquired_at": "2023-11-14T22:13:20.000000Z",
                "lock_expires_at": "2023-11-14T23:13:20.000000Z",
            ]
        )
        expected["updated_at"] = "2023-11-14T22:13:20.000000Z"
        #expect(item == expected)
    }

    @Test(arguments: WorksetState.allCases)
    func `only ready and retrying worksets can be locked, unless it is forced`(state: WorksetState) async throws {
        let fixture = try await Fixture()
        _ = try await fixture.database.store.put(Self.item(state))
        let lock = try await fixture.database.acquireLock("ws-001", owner: "a")
        #expect((lock != nil) == [.ready, .retrying].contains(state))
        let forced = try #require(try await fixture.database.acquireLock("ws-001", owner: "b", force: true))
        if let lock { #expect(forced.token > lock.token) }
        #expect(try await fixture.database.getWorkset("ws-001")?.state == state)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a workset that does not exist cannot be locked`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        for force in [false, true] {
            let error = await #expect(throws: WorksetError.self) {
                try await fixture.database.acquireLock("ws-404", owner: "a", force: force)
            }
            #expect(error?.code == .notFound)
        }
        #expect(try await fixture.database.getWorkset("ws-404") == nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a lock needs an owner`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let error = await #expect(throws: WorksetError.self) {
            try await fixture.database.acquireLock("ws-001", owner: "")
        }
        #expect(error?.code == .invalidArgument)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a held lock excludes others until it is released`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let first = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        #expect(try await fixture.database.acquireLock("ws-001", owner: "b") == nil)
        #expect(try await fixture.database.releaseLock(first))
        #expect(try await !fixture.database.releaseLock(first))
        #expect(try await fixture.database.getWorkset("ws-001")?.lockOwner == nil)
        #expect(try await fixture.database.acquireLock("ws-001", owner: "b") != nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `an owner that asks again gets a new token, and the old one is worth nothing`(place: Fixture.Place)
        async throws
    {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let first = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        let second = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        #expect(second.token > first.token)
        #expect(try await fixture.database.refreshLock(first) == nil)
        #expect(try await !fixture.database.releaseLock(first))
        #expect(try await fixture.database.releaseLock(second))
    }

    @Test(arguments: Fixture.Place.allCases)
    func `an expired lock is taken over, and its holder learns it`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let first = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        fixture.time.advance(by: .milliseconds(3_599_999))
        #expect(try await fixture.database.acquireLock("ws-001", owner: "b") == nil)
        fixture.time.advance(by: .milliseconds(1))
        let second = try #require(try await fixture.database.acquireLock("ws-001", owner: "b"))
        #expect(second.token > first.token)
        #expect(try await fixture.database.refreshLock(first) == nil)
        #expect(try await !fixture.database.releaseLock(first))
        let error = await #expect(throws: WorksetError.self) {
            try await fixture.database.updateState("ws-001", to: .inProgress, reason: "late", holding: first)
        }
        #expect(error?.code == .lockLost)
        try await fixture.database.updateState("ws-001", to: .inProgress, reason: "in time", holding: second)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a refreshed lock lasts longer and keeps its token`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let lock = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        fixture.time.advance(by: .seconds(3000))
        let longer = try #require(try await fixture.database.refreshLock(lock))
        #expect(longer.token == lock.token)
        #expect(longer.expiresAt == lock.expiresAt.addingTimeInterval(3000))
        fixture.time.advance(by: .seconds(3000))
        #expect(try await fixture.database.acquireLock("ws-001", owner: "b") == nil)
        #expect(try await fixture.database.releaseLock(lock))
    }

    @Test(arguments: Fixture.Place.allCases)
    func `tokens of a workset grow over releases, and when the clock steps back`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        var tokens: [FencingToken] = []
        for round in 0..<10 {
            let lock = try #require(try await fixture.database.acquireLock("ws-001", owner: "owner-\(round)"))
            tokens.append(lock.token)
            #expect(try await fixture.database.releaseLock(lock))
            fixture.time.stepWall(by: .seconds(round.isMultiple(of: 3) ? -60 : 1))
        }
        #expect(zip(tokens, tokens.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test(arguments: Fixture.Place.allCases)
    func `of many that ask at once, one gets the lock`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let owners = await withTaskGroup(of: String?.self) { group in
            for index in 0..<16 {
                group.addTask {
                    let database = fixture.database
                    return try? await database.acquireLock("ws-001", owner: "owner-\(index)")?.owner
                }
            }
            return await group.reduce(into: []) { $0 += [$1].compactMap(\.self) }
        }
        #expect(owners.count == 1)
        #expect(try await fixture.database.getWorkset("ws-001")?.lockOwner == owners.first)
    }

    @Test(
        arguments: [
            (["lock_owner": "old"], false),
            (["lock_owner": "old", "lock_acquired_at": "2023-11-14T21:13:20.000000Z"], true),
            (["lock_owner": "old", "lock_acquired_at": "2023-11-14T21:13:20.001000Z"], false),
            (["lock_owner": "old", "lock_acquired_at": "long ago"], false),
            (["lock_owner": "old", "lock_expires_at": "2023-11-14T22:13:20Z"], true),
            (["lock_owner": "old", "lock_expires_at": "never"], false),
            (["lock_owner": "a", "lock_expires_at": "never"], true),
            (["lock_token": "not a token"], true),
            (["lock_token": 7], true),
        ] as [(Item, Bool)]
    )
    func `locks of other clients are honoured until they expire`(lock: Item, isFree: Bool) async throws {
        let fixture = try await Fixture()
        _ = try await fixture.database.store.put(Self.item(.ready, lock))
        #expect((try await fixture.database.acquireLock("ws-001", owner: "a") != nil) == isFree)
        #expect(try await fixture.database.acquireLock("ws-001", owner: "b", force: true) != nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a stale lock in state locked is taken over`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        let stale: Item = ["lock_owner": "old", "lock_acquired_at": "2023-11-14T20:00:00.000000Z"]
        _ = try await fixture.database.store.put(Self.item(.locked, stale))
        #expect(try await fixture.database.acquireLock("ws-001", owner: "a") != nil)
    }

    // MARK: - Across regions

    @Test(arguments: Fixture.Place.allCases)
    func `two clients that lock in two regions during a partition get different tokens, and one lock stays`(
        place: Fixture.Place
    )
        async throws
    {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        try await fixture.replicate()
        let west = try #require(
            try await fixture.client().acquireLock("ws-001", owner: "same", region: Fixture.west)
        )
        let east = try #require(
            try await fixture.client().acquireLock("ws-001", owner: "same", region: Fixture.east)
        )
        #expect(west.token != east.token)
        #expect(west.token.origin != east.token.origin)

        try await fixture.replicate()
        for region in [Fixture.west, Fixture.east, Fixture.europe] {
            let held = try await [west, east].asyncFilter {
                try await fixture.database.refreshLock($0, region: region) != nil
            }
            #expect(held.count == 1)
        }
        fixture.time.advance(by: .seconds(1))
        let next = try #require(
            try await fixture.database.acquireLock("ws-001", owner: "next", force: true, region: Fixture.west)
        )
        #expect(next.token > west.token)
        #expect(next.token > east.token)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `after a failover the lock is taken in the new region, with its origin`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        try await fixture.replicate()
        try fixture.backend(Fixture.west).behaviour = .fails(.refused)
        let lock = try #require(
            try await fixture.time.flowing { try await fixture.database.acquireLock("ws-001", owner: "a") }
        )
        #expect(lock.token.origin == Origin(Fixture.east))
        #expect(try await fixture.item("ws-001", in: Fixture.east)?["lock_owner"] == "a")
        #expect(try await fixture.item("ws-001", in: Fixture.west)?["lock_owner"] == nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `reads that go elsewhere do not hide a workset from its lock`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place, policy: ReadsIn(position: 1))
        try await fixture.register("ws-001")
        #expect(try await fixture.database.getWorkset("ws-001") == nil)
        #expect(try await fixture.database.acquireLock("ws-001", owner: "a") != nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a lock that is not yet seen where reads go is still honoured`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place, policy: ReadsIn(position: 1))
        try await fixture.register("ws-001")
        try await fixture.replicate()
        let first = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        #expect(try await fixture.database.acquireLock("ws-001", owner: "b") == nil)
        let second = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
        #expect(second.token > first.token)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `an unknown outcome of a lock is passed on`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place, policy: ReadsIn(position: 1), remembersWrites: false)
        try await fixture.register("ws-001")
        try await fixture.replicate()
        try fixture.backend(Fixture.west).behaviour = .answersAreLost(.reset)
        let error = await #expect(throws: WorksetError.self) {
            try await fixture.database.acquireLock("ws-001", owner: "a")
        }
        #expect(error?.code == .outcomeUnknown)
    }
}

/// Reads in one region, writes in the first.
private struct ReadsIn: RoutingPolicy {
    var position: Int
    var description: String { "reads-in-\(self.position)" }

    func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
        request.kind == .read && candidates.contains(self.position) ? self.position : candidates.first
    }
}

extension Array {
    fileprivate func asyncFilter(_ isIncluded: (Element) async throws -> Bool) async rethrows -> [Element] {
        var result: [Element] = []
        for element in self where try await isIncluded(element) { result.append(element) }
        return result
    }
}
