import Foundation
import RegionKitCore
import RegionKitTesting
import Testing
import Worksets

struct WorksetDatabaseTests {
    // MARK: - Registering and reading

    @Test(arguments: Fixture.Place.allCases)
    func `a registered workset is stored in the form of existing tables`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        let isNew = try await fixture.database.registerWorkset(
            "ws-001",
            bucket: "my-bucket",
            prefix: "worksets/ws-001/",
            priority: .urgent,
            metadata: ["samples": 3, "owner": ["name": "x"]],
            customerID: "c-1"
        )
        #expect(isNew)
        let stored = try await fixture.database.store.get("ws-001").value.item
        #expect(
            stored == [
                "workset_id": "ws-001",
                "state": "ready",
                "priority": "urgent",
                "bucket": "my-bucket",
                "prefix": "worksets/ws-001/",
                "created_at": "2023-11-14T22:13:20.000000Z",
                "updated_at": "2023-11-14T22:13:20.000000Z",
                "state_history": [
                    [
                        "state": "ready", "timestamp": "2023-11-14T22:13:20.000000Z",
                        "reason": "Initial registration",
                    ]
                ],
                "metadata": ["samples": 3, "owner": ["name": "x"]],
                "customer_id": "c-1",
            ]
        )
    }

    @Test(arguments: Fixture.Place.allCases)
    func `registering again changes nothing and says so`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let before = try await fixture.database.getWorkset("ws-001")
        fixture.time.advance(by: .seconds(1))
        #expect(try await !fixture.database.registerWorkset("ws-001", bucket: "other", prefix: "other/"))
        #expect(try await fixture.database.getWorkset("ws-001") == before)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a workset that does not exist is nil`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        #expect(try await fixture.database.getWorkset("ws-404") == nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a pinned operation goes to its region alone`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        #expect(
            try await fixture.database.registerWorkset("ws-001", bucket: "b", prefix: "p/", region: Fixture.europe)
        )
        #expect(try await fixture.database.getWorkset("ws-001", region: Fixture.europe)?.id == "ws-001")
        #expect(try await fixture.database.getWorkset("ws-001", region: Fixture.west) == nil)
        #expect(try await fixture.database.listWorksets(in: .ready, region: Fixture.europe).worksets.count == 1)
        #expect(try await fixture.database.readyWorksetsPrioritized(region: Fixture.europe).count == 1)
        #expect(try await fixture.database.queueDepth(of: [.ready], region: Fixture.europe) == [.ready: 1])
        #expect(try fixture.backend(Fixture.east).requests.isEmpty)
        try fixture.backend(Fixture.europe).behaviour = .fails(.refused)
        let error = try await fixture.time.flowing {
            await #expect(throws: WorksetError.self) {
                try await fixture.database.getWorkset("ws-001", region: Fixture.europe)
            }
        }
        #expect(error?.cause?.region == Fixture.europe)
        #expect(Set(error?.cause?.attempts.map(\.region) ?? []) == [Fixture.europe])
    }

    // MARK: - Transitions

    @Test(arguments: Fixture.Place.allCases)
    func `a transition adds to the history and touches only what it names`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        _ = try await fixture.database.store.put(WorksetTests.foreign)
        let workset = try await fixture.database.updateState(
            "ws-001",
            to: .error,
            reason: "out of memory",
            errorDetails: "exit 137",
            metrics: ["cost": 20]
        )
        var expected = WorksetTests.foreign
        expected["state"] = "error"
        expected["updated_at"] = "2023-11-14T22:13:20.000000Z"
        expected["error_details"] = "exit 137"
        expected["metrics"] = ["cost": 20]
        expected["state_history"] = .list(
            (WorksetTests.foreign["state_history"]?.list ?? []) + [
                ["state": "error", "timestamp": "2023-11-14T22:13:20.000000Z", "reason": "out of memory"]
            ]
        )
        #expect(workset.item == expected)
        #expect(try await fixture.database.store.get("ws-001").value.item == expected)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a workset without a history gets one`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        var item = WorksetTests.foreign
        item["state_history"] = nil
        _ = try await fixture.database.store.put(item)
        let workset = try await fixture.database.updateState("ws-001", to: .complete, reason: "done")
        #expect(workset.history.map(\.state) == [.complete])
    }

    @Test(arguments: WorksetState.allCases, WorksetState.allCases)
    func `only legal transitions are done, unless they are forced`(from: WorksetState, to: WorksetState) async throws {
        let fixture = try await Fixture()
        var item = WorksetTests.foreign
        item["state"] = .string(from.rawValue)
        _ = try await fixture.database.store.put(item)
        if from.isLegal(to: to) {
            #expect(try await fixture.database.updateState("ws-001", to: to, reason: "r").state == to)
        } else {
            let error = await #expect(throws: WorksetError.self) {
                try await fixture.database.updateState("ws-001", to: to, reason: "r")
            }
            #expect(error?.code == .illegalTransition)
            #expect(try await fixture.database.getWorkset("ws-001")?.item == item)
            #expect(try await fixture.database.updateState("ws-001", to: to, reason: "r", force: true).state == to)
        }
    }

    @Test(arguments: [false, true])
    func `a transition creates no workset`(force: Bool) async throws {
        let fixture = try await Fixture()
        let error = await #expect(throws: WorksetError.self) {
            try await fixture.database.updateState("ws-404", to: .inProgress, reason: "r", force: force)
        }
        #expect(error?.code == .notFound)
        #expect(try await fixture.database.getWorkset("ws-404") == nil)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `of two workers that start one workset, one fails`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        let started = await withTaskGroup(of: Bool.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    let database = fixture.database
                    return (try? await database.updateState("ws-001", to: .inProgress, reason: "worker \(worker)"))
                        != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(started == 1)
        #expect(try await fixture.database.getWorkset("ws-001")?.history.count == 2)
    }

    // MARK: - Unknown outcomes

    @Test(arguments: Fixture.Place.allCases)
    func `an unknown outcome is passed on by every write`(place: Fixture.Place) async throws {
        typealias Operation = @Sendable (WorksetDatabase, WorksetLock) async throws -> Void
        let writes: [Operation] = [
            { database, _ in _ = try await database.registerWorkset("ws-002", bucket: "b", prefix: "p/") },
            { database, _ in try await database.updateState("ws-001", to: .inProgress, reason: "r") },
            { database, lock in _ = try await database.refreshLock(lock) },
            { database, lock in try await database.releaseLock(lock) },
        ]
        for write in writes {
            let fixture = try await Fixture(place, remembersWrites: false)
            try await fixture.register("ws-001")
            let lock = try #require(try await fixture.database.acquireLock("ws-001", owner: "a"))
            try fixture.backend(Fixture.west).behaviour = .answersAreLost(.reset)
            let error = await #expect(throws: WorksetError.self) { try await write(fixture.database, lock) }
            #expect(error?.code == .outcomeUnknown)
            #expect(error?.cause?.operation != nil)
        }
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a lost answer is found again where the region remembers its writes`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        let west = try fixture.backend(Fixture.west)
        west.behaviour = .answersAreLost(.reset)
        let isNew = try await fixture.time.flowing {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { try await fixture.database.registerWorkset("ws-001", bucket: "b", prefix: "p/") }
                while west.requests.isEmpty { await Task.yield() }
                west.behaviour = .works
                return try await group.next() ?? false
            }
        }
        #expect(isNew)
    }

    // MARK: - Regions

    @Test(arguments: Fixture.Place.allCases)
    func `the health of every region is told`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        try fixture.backend(Fixture.east).behaviour = .fails(.refused)
        await fixture.database.store.probe()
        fixture.time.advance(by: .seconds(7))
        let health = fixture.database.regionHealth()
        #expect(Set(health.keys) == [Fixture.west, Fixture.east, Fixture.europe])
        #expect(health[Fixture.west]?.status == .healthy)
        #expect(health[Fixture.west]?.isPrimary == true)
        #expect(health[Fixture.west]?.latency == .zero)
        #expect(health[Fixture.west]?.sinceLastCheck == .seconds(7))
        #expect(health[Fixture.west]?.errorCount == 0)
        #expect(health[Fixture.east]?.status == .degraded)
        #expect(health[Fixture.east]?.errorCount == 1)
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a forced failover moves traffic until it is ended`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await fixture.register("ws-001")
        #expect(fixture.database.activeRegion == Fixture.west)
        try fixture.database.forceFailover(to: Fixture.europe)
        try await fixture.register("ws-002")
        #expect(fixture.database.activeRegion == Fixture.europe)
        #expect(try await fixture.item("ws-002", in: Fixture.europe) != nil)
        try fixture.database.endForcedFailover(to: Fixture.europe)
        try await fixture.serve(for: 120)
        #expect(fixture.database.activeRegion == Fixture.west)
    }

    @Test
    func `an unknown region is refused with the names of those that exist`() async throws {
        let fixture = try await Fixture()
        for move in [fixture.database.forceFailover(to:), fixture.database.endForcedFailover(to:)] {
            let error = #expect(throws: WorksetError.self) { try move("mars-1") }
            #expect(error?.message.contains("us-west-2, us-east-1, eu-west-1") == true)
        }
    }

    @Test
    func `the replication status lists the replicas, the primary first`() async throws {
        let fixture = try await Fixture(.memory, WorksetConfiguration(primary: Fixture.europe))
        let status = fixture.database.replicationStatus()
        #expect(status.table == "daylily-worksets")
        #expect(status.primary == Fixture.europe)
        #expect(status.replicas.map(\.region) == [Fixture.europe, Fixture.west, Fixture.east])
        #expect(status.replicas.map(\.status) == [.unknown, .unknown, .unknown])
    }

    @Test(arguments: Fixture.Place.allCases)
    func `without multi-region only the primary is asked`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place, WorksetConfiguration(primary: Fixture.east, multiRegion: false))
        try await fixture.register("ws-001")
        #expect(fixture.database.store.regions == [Fixture.east])
        try fixture.backend(Fixture.east).behaviour = .fails(.refused)
        let error = try await fixture.time.flowing {
            await #expect(throws: WorksetError.self) { try await fixture.database.getWorkset("ws-001") }
        }
        #expect(error?.code == .store)
        #expect(try fixture.backend(Fixture.west).requests.isEmpty)
    }

    @Test
    func `a region without a backend is named`() throws {
        let configuration = WorksetConfiguration()
        let west = InMemoryBackend(Fixture.west, schema: configuration.schema)
        let error = #expect(throws: ConfigurationError.self) {
            try WorksetDatabase(regions: [RegionEndpoint(Fixture.west, west)], configuration: configuration)
        }
        #expect(error?.description == "regions: us-east-1 is configured; backends are given for us-west-2")
    }
}
