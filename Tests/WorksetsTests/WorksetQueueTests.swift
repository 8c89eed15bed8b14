import RegionKitCore
import RegionKitTesting
import Testing
import Worksets

struct WorksetQueueTests {
    /// Six ready worksets, one a second, and one in progress.
    private static func fill(_ fixture: Fixture) async throws {
        let priorities: [WorksetPriority] = [.low, .normal, .urgent, .normal, .urgent, .low]
        // Ids run against the time, so that an order by id shows.
        for (index, priority) in priorities.enumerated() {
            try await fixture.register("ws-\(9 - index)", priority: priority)
            fixture.time.advance(by: .seconds(1))
        }
        try await fixture.register("ws-busy", priority: .urgent)
        try await fixture.database.updateState("ws-busy", to: .inProgress, reason: "started")
    }

    @Test(arguments: [
        (1, ["ws-7"]), (3, ["ws-7", "ws-5", "ws-8"]), (100, ["ws-7", "ws-5", "ws-8", "ws-6", "ws-9", "ws-4"]),
    ])
    func `ready worksets come urgent first, then oldest first`(limit: Int, expected: [String]) async throws {
        let fixture = try await Fixture()
        try await Self.fill(fixture)
        let worksets = try await fixture.database.readyWorksetsPrioritized(limit: limit)
        #expect(worksets.map(\.id) == expected)
    }

    @Test(
        arguments: [
            (WorksetState.ready, nil, ["ws-4", "ws-5", "ws-6", "ws-7", "ws-8", "ws-9"]),
            (.ready, WorksetPriority.urgent, ["ws-5", "ws-7"]), (.inProgress, nil, ["ws-busy"]),
            (.inProgress, .low, []), (.failed, nil, []),
        ] as [(WorksetState, WorksetPriority?, [String])]
    )
    func `worksets are listed by state and priority, page by page`(
        state: WorksetState,
        priority: WorksetPriority?,
        expected: [String]
    ) async throws {
        let fixture = try await Fixture()
        try await Self.fill(fixture)
        for limit in [1, 2, 100] {
            var ids: [String] = []
            var next: PageToken?
            repeat {
                let page = try await fixture.database.listWorksets(
                    in: state,
                    priority: priority,
                    limit: limit,
                    page: next
                )
                #expect(page.worksets.count <= limit)
                ids += page.worksets.map(\.id)
                next = page.next
            } while next != nil
            #expect(ids.sorted() == expected)
        }
    }

    @Test(arguments: [0, -1, 1001, Int.max])
    func `a limit outside 1 to 1000 is refused`(limit: Int) async throws {
        let database = try await Fixture().database
        for operation in [
            { @Sendable in _ = try await database.listWorksets(in: .ready, limit: limit) },
            { @Sendable in _ = try await database.readyWorksetsPrioritized(limit: limit) },
        ] {
            let error = await #expect(throws: WorksetError.self) { try await operation() }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test(arguments: Fixture.Place.allCases)
    func `the depth of every queue is counted over all pages`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await Self.fill(fixture)
        var expected = Dictionary(uniqueKeysWithValues: WorksetState.allCases.map { ($0, 0) })
        expected[.ready] = 6
        expected[.inProgress] = 1
        #expect(try await fixture.database.queueDepth() == expected)
        #expect(try await fixture.database.queueDepth(of: [.ready]) == [.ready: 6])
    }

    @Test(arguments: Fixture.Place.allCases)
    func `a page goes on in another region`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        try await Self.fill(fixture)
        try await fixture.replicate()
        let first = try await fixture.database.listWorksets(in: .ready, limit: 4)
        try fixture.backend(Fixture.west).behaviour = .fails(.refused)
        let second = try await fixture.database.listWorksets(in: .ready, limit: 4, page: first.next)
        #expect((first.worksets + second.worksets).map(\.id).sorted() == (4...9).map { "ws-\($0)" })
    }

    @Test(arguments: Fixture.Place.allCases)
    func `an unreadable record is an error that names the attribute`(place: Fixture.Place) async throws {
        let fixture = try await Fixture(place)
        var item = WorksetTests.foreign
        item["bucket"] = nil
        _ = try await fixture.database.store.put(item)
        let error = await #expect(throws: WorksetError.self) {
            try await fixture.database.listWorksets(in: .inProgress)
        }
        #expect(error?.code == .unreadable)
    }
}
