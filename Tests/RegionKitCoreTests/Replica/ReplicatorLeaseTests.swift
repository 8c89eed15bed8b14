import RegionKitCore
import RegionKitTesting
import Testing

/// Several replicators at once: one works on a link, the others wait.
struct ReplicatorLeaseTests {
    private static let links = ["a>b", "a>c", "b>a", "b>c", "c>a", "c>b"]

    private let mesh = Mesh()
    private let executor = ManualExecutor()

    private func run(
        on executor: ManualExecutor? = nil,
        onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) -> ReplicatorRun {
        let replicator = Replicator(
            self.mesh.stores,
            configuration: self.mesh.configuration,
            time: self.mesh.time,
            onEvent: onEvent
        )
        return ReplicatorRun(self.mesh, replicator, on: executor ?? self.executor)
    }

    private static func applied(_ run: ReplicatorRun) -> Int {
        run.replicator.links().reduce(0) { $0 + $1.applied }
    }

    @Test func `One replicator carries the changes of each link, the other one waits and knows the lag`() async throws {
        let (first, second) = (self.run(), self.run())
        for round in 0..<30 {
            try await self.mesh.write(Key(.string("k\(round)")), round, in: round % 3)
            let delay = try await second.wait { self.mesh.isEqual }
            #expect(delay <= .milliseconds(160))
            #expect(Set(first.held).isDisjoint(with: second.held))
            #expect((first.held + second.held).sorted() == Self.links)
        }
        #expect(Self.applied(first) + Self.applied(second) == 60)
        #expect([Self.applied(first), Self.applied(second)].contains(60))
        try await second.go(on: .seconds(10))
        for run in [first, second] {
            for region in ["a", "b", "c"] as [Region] {
                #expect(run.replicator.replicationLag(of: region) == .zero)
            }
        }
        try await first.end()
        try await second.end()
        #expect(self.mesh.time.sleepers == 0)
    }

    @Test func `When the holder ends, another takes over with its next question`() async throws {
        let events = EventRecorder()
        let (first, second) = (self.run { events.record($0) }, self.run())
        _ = try await second.wait { first.held == Self.links }
        try await second.go(on: .seconds(3))
        #expect(first.held == Self.links && second.held == [])
        try await first.end()
        #expect(first.held == [])
        #expect(events.events.filter { $0.hasPrefix("taken") }.sorted() == Self.links.map { "taken \($0)" })
        #expect(events.events.suffix(6).sorted() == Self.links.map { "lost \($0)" })
        try await self.mesh.write("k", 1, in: 0)
        #expect(try await second.wait { self.mesh.value("k", in: 2) == 1 } <= .milliseconds(500))
        #expect(try await second.wait { second.held == Self.links } <= .milliseconds(500))
        try await second.end()
    }

    @Test func `A holder that is stopped is replaced in less than 5 s, and does no harm when it goes on (fault 11)`()
        async throws
    {
        let events = EventRecorder()
        let stopped = self.run(on: ManualExecutor()) { events.record($0) }
        _ = try await stopped.wait { stopped.held == Self.links }
        try await stopped.go(on: .seconds(1))
        // From here on the first replicator stands still, with changes on their way.
        let second = self.run()
        try await self.mesh.write("k", 1, in: 0)
        let takeover = try await second.wait { second.held == Self.links }
        #expect(takeover > .milliseconds(1400) && takeover <= .milliseconds(2500))
        _ = try await second.wait { self.mesh.value("k", in: 1) == 1 && self.mesh.value("k", in: 2) == 1 }
        #expect(stopped.held == [], "it knows when its leases end")
        try await self.mesh.write("k", 2, in: 1)
        stopped.executor.drain()
        _ = try await second.wait { self.mesh.isEqual && self.mesh.value("k", in: 0) == 2 }
        for _ in 0..<500 {
            self.mesh.time.advanceToNextSleeper()
            stopped.executor.drain()
            self.executor.drain()
        }
        #expect(stopped.held == [] && second.held == Self.links)
        #expect(events.events.filter { $0.hasPrefix("lost") }.sorted() == Self.links.map { "lost \($0)" })
        #expect(Self.applied(stopped) + Self.applied(second) == 4)
        #expect(self.mesh.isEqual && self.mesh.value("k", in: 2) == 2)
        try await second.end()
        try await stopped.end()
    }

    @Test func `A replicator alone keeps its leases, and works as fast as without them`() async throws {
        let events = EventRecorder()
        let run = self.run { events.record($0) }
        try await run.go(on: .seconds(60))
        #expect(run.held == Self.links)
        #expect(events.events.count { $0.hasPrefix("taken") } == 6)
        #expect(events.events.count { $0.hasPrefix("lost") } == 0)
        for round in 0..<20 {
            try await self.mesh.write("k", round, in: round % 3)
            run.replicator.nudge(self.mesh.stores[round % 3].region)
            self.executor.drain()
            #expect(self.mesh.isEqual && self.mesh.value("k", in: 0) == Int64(round), "no time has passed")
        }
        try await run.end()
    }

    @Test func `A region that does not answer loses its own leases alone, and gets them back with its first answer`()
        async throws
    {
        let events = EventRecorder()
        let run = self.run { events.record($0) }
        _ = try await run.wait { run.held == Self.links }
        self.mesh.stores[2].setOutage(BackendError(.unavailable, .unavailable, "down"))
        try await run.go(on: .seconds(10))
        #expect(run.held == ["a>b", "b>a"])
        #expect(
            events.events.filter { $0.hasPrefix("lost") }.sorted() == ["lost a>c", "lost b>c", "lost c>a", "lost c>b"]
        )
        try await self.mesh.write("k", 1, in: 0)
        #expect(try await run.wait { self.mesh.value("k", in: 1) == 1 } <= .milliseconds(160))
        self.mesh.stores[2].setOutage(nil)
        #expect(try await run.wait { self.mesh.value("k", in: 2) == 1 } < .seconds(5))
        #expect(run.held == Self.links)
        try await run.end()
    }

    @Test func `An outage shorter than a lease loses none`() async throws {
        let events = EventRecorder()
        let run = self.run { events.record($0) }
        _ = try await run.wait { run.held == Self.links }
        try await run.go(on: .seconds(1))
        self.mesh.stores[2].setOutage(BackendError(.unavailable, .unavailable, "down"))
        try await run.go(on: .milliseconds(400))
        self.mesh.stores[2].setOutage(nil)
        try await run.go(on: .seconds(10))
        #expect(run.held == Self.links)
        #expect(events.events.count { $0.hasPrefix("lost") } == 0)
        try await run.end()
    }

    @Test func `A link that is cut for one replicator passes to another one`() async throws {
        let (first, second) = (self.run(), self.run())
        _ = try await second.wait { first.held == Self.links }
        first.replicator.setLink(from: "a", to: "b", LinkCondition(isCut: true))
        try await self.mesh.write("k", 1, in: 0)
        #expect(try await second.wait { self.mesh.value("k", in: 1) == 1 } <= .milliseconds(2500))
        #expect(second.held == ["a>b"] && !first.held.contains("a>b"))
        try await first.end()
        try await second.end()
    }

    @Test func `A link that was cut for long works again as soon as it is healed`() async throws {
        let run = self.run()
        run.replicator.setLink(from: "a", to: "b", LinkCondition(isCut: true))
        try await run.go(on: .seconds(5))
        try await self.mesh.write("k", 1, in: 0)
        #expect(!run.held.contains("a>b") && run.held.count == 5)
        run.replicator.setLink(from: "a", to: "b", LinkCondition())
        self.executor.drain()
        #expect(run.held == Self.links)
        #expect(self.mesh.value("k", in: 1) == 1, "no time has passed")
        try await run.end()
    }

    @Test func `Whoever replicates by hand does not wait for the holder of a lease`() async throws {
        let other = Replicator(self.mesh.stores, time: self.mesh.time)
        for store in self.mesh.stores {
            let peers = Set(self.mesh.stores.map(\.region)).subtracting([store.region])
            _ = try await store.lease(peers, to: 7, for: .seconds(3600), in: self.mesh.context())
        }
        try await other.prepare()
        try await self.mesh.write("k", 1, in: 0)
        #expect(try await other.settle(within: .zero))
        #expect(self.mesh.isEqual)
        #expect(other.links().allSatisfy { !$0.isHeld })
    }

    @Test func `A lease that another clock dated far ahead holds up nobody`() async throws {
        self.mesh.stores[1].setClockSkew(.seconds(24 * 3600))
        _ = try await self.mesh.stores[1].lease(["a", "c"], to: 7, for: .seconds(60), in: self.mesh.context())
        self.mesh.stores[1].setClockSkew(.zero)
        let run = self.run()
        #expect(try await run.wait { run.held == Self.links } <= .milliseconds(20))
        try await run.end()
    }

    @Test func `One that does not replicate can tell whether somebody does, and takes nothing away`() async throws {
        let asking = Replicator(self.mesh.stores, time: self.mesh.time)
        try await asking.prepare()
        #expect(await asking.isCarriedElsewhere() == false)
        #expect(await asking.isCarriedElsewhere() == false, "what it got it has given back")
        let run = self.run()
        _ = try await run.wait { run.held == Self.links }
        #expect(await asking.isCarriedElsewhere() == true)
        #expect(run.held == Self.links)
        try await run.end()
        #expect(await asking.isCarriedElsewhere() == false)
        #expect(await Replicator([self.mesh.stores[0]], time: self.mesh.time).isCarriedElsewhere() == nil)
    }
}
