import RegionKitTesting
import Synchronization
import Testing

@testable import RegionKitCore

@Suite struct HomeTests {
    /// Stays at home; otherwise takes the fastest candidate, the first among equals.
    private struct Homely: RoutingPolicy {
        var description: String { "homely" }

        func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
            if let home = request.home { return home }
            func latency(_ position: Int) -> Duration { snapshot.regions[position].latency ?? .seconds(1) }
            return candidates.min { latency($0) < latency($1) }
        }

        func permitted(for request: RoutingRequest, of regions: RegionSet, in snapshot: RegionSnapshot) -> RegionSet {
            FencePolicy().permitted(for: request, of: regions, in: snapshot)
        }
    }

    private func read(_ fixture: StoreFixture, _ affinity: String = "ann", key: Key = "a") async throws -> Region {
        try await fixture.time.flowing {
            try await fixture.store.get(key, options: OperationOptions(affinity: affinity)).region
        }
    }

    private func home(_ fixture: StoreFixture) -> [AffinityHomes.Entry] {
        let hashes = ["ann", "bob"].compactMap { name -> UInt64? in
            let options = OperationOptions(affinity: name)
            let now = fixture.time.now
            return try? fixture.store.engine.operation(.get("a", .eventual), in: nil, options, at: now).affinity
        }
        return fixture.store.engine.state.withLock { state in hashes.compactMap { state.board.homes[$0] } }
    }

    /// Makes a region answer after some milliseconds, and lets it be measured.
    private func slow(_ fixture: StoreFixture, _ position: Int, _ milliseconds: Int) async throws {
        fixture.answer(position, with: .delay(.milliseconds(milliseconds), .succeed))
        for _ in 0..<20 {
            _ = try await fixture.slept { try await fixture.store.get("a", in: Region("region-\(position)")) }
        }
    }

    @Test func `R6 an affinity stays where it is while another region becomes faster`() async throws {
        let fixture = try StoreFixture(policy: Homely())
        for (position, latency) in [10, 20, 30].enumerated() { try await self.slow(fixture, position, latency) }
        #expect(try await self.read(fixture) == "region-0")
        try await self.slow(fixture, 0, 200)
        #expect(try await self.read(fixture) == "region-0")
        #expect(try await self.read(fixture, "bob") == "region-1", "a new one takes the fastest")
        #expect(try await fixture.slept { try await fixture.store.get("a").region } == "region-1", "one without too")
    }

    @Test func `R6 it moves when its region fails, stays there, and returns as the ramp allows`() async throws {
        let fixture = try StoreFixture(policy: Homely())
        for (position, latency) in [10, 20, 30].enumerated() { try await self.slow(fixture, position, latency) }
        _ = try await self.read(fixture)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { #expect(try await self.read(fixture) == "region-1") }
        try await self.slow(fixture, 1, 300)
        #expect(try await self.read(fixture) == "region-1", "not to the fastest: it found a refuge")
        fixture.answer(0, 1, 2, with: .succeed)
        fixture.time.advance(by: .seconds(13))
        for _ in 0..<3 { await fixture.store.probe() }
        #expect(fixture.store.health()[0].reads == .healthy)
        #expect(try await self.read(fixture) == "region-1", "healthy, but not long enough")
        fixture.time.advance(by: .seconds(31))
        var places: [Region] = []
        for _ in 0..<40 {
            places.append(try await self.read(fixture))
            fixture.time.advance(by: .seconds(1))
        }
        #expect(places.last == "region-0")
        let moves = zip(places, places.dropFirst()).count { $0 != $1 }
        #expect(moves <= 1 && !places.contains("region-2"), "it comes home once and stays")
        #expect(self.home(fixture).first == .init(home: 0))
    }

    @Test func `R6 of many affinities a part is home again after each step`() async throws {
        let fixture = try StoreFixture(2, policy: Homely())
        let names = (0..<200).map { "user-\($0)" }
        for name in names { #expect(try await self.read(fixture, name) == "region-0") }
        try fixture.store.evacuate("region-0")
        for name in names { #expect(try await self.read(fixture, name) == "region-1") }
        try fixture.store.restore("region-0")
        var counts: [Int] = []
        for _ in 0..<4 {
            var count = 0
            for name in names where try await self.read(fixture, name) == "region-0" { count += 1 }
            counts.append(count)
            fixture.time.advance(by: .seconds(12.1))
        }
        #expect(counts == counts.sorted() && counts.last == 200)
        #expect((1..<60).contains(counts[0]), "\(counts)")
    }

    @Test func `R2 a home that was evacuated is none`() async throws {
        let fixture = try StoreFixture(policy: Homely())
        #expect(try await self.read(fixture) == "region-0")
        try fixture.store.evacuate("region-0")
        #expect(try await self.read(fixture) == "region-1")
        try fixture.store.evacuate("region-1")
        #expect(try await self.read(fixture) == "region-2")
        #expect(fixture.asked == [1, 1, 1])
    }

    @Test func `R2 within another fence an affinity has another home, and finds back to the first`() async throws {
        let fixture = try StoreFixture(policy: Homely())
        for _ in 0..<3 {
            #expect(try await self.read(fixture) == "region-0")
            #expect(try await self.read(fixture, key: "eu") == "region-1")
        }
        #expect(self.home(fixture) == [.init(home: 0)])
    }

    @Test func `what was pinned, restricted or tried in panic is not remembered, nor are writes`() async throws {
        let fixture = try StoreFixture(policy: Homely())
        var options = OperationOptions(affinity: "ann")
        _ = try await fixture.store.get("a", in: "region-2", options: options)
        try await fixture.store.put(["id": "a"], options: options)
        options.allowed = ["region-1"]
        _ = try await fixture.store.get("a", options: options)
        #expect(self.home(fixture).isEmpty)
        fixture.answer(0, 1, 2, with: .fail(.notSent))
        for _ in 0..<3 { _ = await failure { try await self.read(fixture) } }
        fixture.answer(0, 1, 2, with: .succeed)
        options.allowed = nil
        #expect(try await fixture.store.get("a", options: options).isPanic)
        #expect(self.home(fixture).isEmpty)
    }

    @Test func `primary first remembers nobody`() async throws {
        let fixture = try StoreFixture()
        #expect(try await self.read(fixture) == "region-0")
        #expect(fixture.store.engine.state.withLock { $0.board.homes.count } == 0)
    }
}
