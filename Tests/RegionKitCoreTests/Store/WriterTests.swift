import RegionKitTesting
import Testing

@testable import RegionKitCore

/// Stores in which one region at a time takes all writes, and says which.
@Suite struct WriterTests {
    private static func refusal(_ writer: Int) -> ScriptedBackend.Answer {
        .fail(BackendError(.readOnly, .readOnly, "scripted", writer: Region("region-\(writer)")))
    }

    /// Regions of which one takes writes.
    private func lead(_ fixture: StoreFixture, _ writer: Int) {
        for position in fixture.backends.indices {
            fixture.backends[position].setScript { call, _ in
                position == writer || call.request?.kind != .write ? .succeed : Self.refusal(writer)
            }
        }
    }

    private static let writes: [@Sendable (MultiRegionStore) async throws -> Region] = [
        { try await $0.put(["id": "a"]).region },
        { try await $0.update("a", Update().add("n", 1)).region },
        { try await $0.transact([.put(["id": "a"])]).region },
    ]

    @Test(arguments: writes.indices)
    func `a write goes to the region that the one which refuses names, and all others after it`(_ number: Int)
        async throws
    {
        let fixture = try StoreFixture()
        self.lead(fixture, 2)
        // The clock stands still: nobody waits for anything.
        #expect(try await Self.writes[number](fixture.store) == "region-2")
        #expect(fixture.asked == [1, 0, 1])
        for write in Self.writes { #expect(try await write(fixture.store) == "region-2") }
        #expect(fixture.asked == [1, 0, 4])
        #expect(fixture.store.activeRegion(for: .write) == "region-2")
    }

    @Test(arguments: writes.indices)
    func `writes follow to a region that was given up, and back, without a cool-down`(_ number: Int) async throws {
        let observer = EventCollector()
        let fixture = try StoreFixture(observers: [observer])
        for _ in 0..<3 {
            for writer in [2, 1, 0] {
                self.lead(fixture, writer)
                #expect(try await Self.writes[number](fixture.store) == Region("region-\(writer)"))
                #expect(fixture.store.health()[writer].writes == .healthy)
            }
        }
        let total = fixture.asked.reduce(0, +)
        #expect(total == 18, "two attempts each: \(fixture.asked)")
    }

    @Test func `R2 a region that was taken out by hand gets no write, whoever names it`() async throws {
        let fixture = try StoreFixture()
        try fixture.store.evacuate("region-2")
        self.lead(fixture, 2)
        for write in Self.writes {
            let error = await failure { try await fixture.slept { try await write(fixture.store) } }
            #expect(error?.code == .unavailable)
        }
        #expect(fixture.asked[2] == 0)
    }

    @Test func `R2 a write stays within its fence, whoever is named, and finds the region inside`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        self.lead(fixture, 0)
        let error = await failure { try await fixture.slept { try await fixture.store.put(["id": "eu"]) } }
        #expect(error?.code == .unavailable)
        #expect(fixture.asked[0] == 0)
        self.lead(fixture, 2)
        #expect(try await fixture.store.update("eu", Update().add("n", 1)).region == "region-2")
        let asked = fixture.asked
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-2")
        #expect(try await fixture.store.put(["id": "other"]).region == "region-2")
        #expect(fixture.asked == [asked[0], asked[1], asked[2] + 2])
    }

    @Test func `R3 a pinned write fails where it was pinned, and names no region to the store's loss`() async throws {
        let fixture = try StoreFixture()
        self.lead(fixture, 1)
        let error = await failure {
            try await fixture.slept { try await fixture.store.put(["id": "a"], in: "region-0") }
        }
        #expect(error?.region == "region-0")
        #expect(fixture.asked[1] == 0)
        #expect(try await fixture.store.put(["id": "a"]).region == "region-1")
    }

    @Test func `the region that takes the writes and fails at them is not taken to be well for its role`() async throws
    {
        let fixture = try StoreFixture()
        self.lead(fixture, 1)
        try await fixture.store.put(["id": "a"])
        fixture.answer(1, with: .fail(.unavailable))
        for _ in 0..<3 { _ = await failure { try await fixture.slept { try await fixture.store.put(["id": "a"]) } } }
        #expect(fixture.store.health()[1].writes == .unhealthy)
    }

    @Test func `a probe that wrote moves the writes at once, and a fence holds against it`() async throws {
        let probe = ScriptedProbe()
        let fixture = try StoreFixture(probe: probe)
        try await fixture.store.put(["id": "a"])
        probe.setAnswer(.report(ProbeReport(writable: true, writer: "region-1")))
        await fixture.store.monitor.check(1)
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
        #expect(fixture.store.health()[0].writes == .unhealthy)
        #expect(try await fixture.store.put(["id": "a"]).region == "region-1")
        try fixture.store.evacuate("region-2")
        probe.setAnswer(.report(ProbeReport(writable: true, writer: "region-2")))
        await fixture.store.monitor.check(2)
        #expect(try await fixture.store.put(["id": "a"]).region != "region-2")
        #expect(fixture.asked[2] == 0)
    }

    @Test func `H7 a region that serves reads and no writes is probed as often as the others`() {
        var board = RegionBoard(regions: ["a", "b"], configuration: StoreConfiguration(), seed: 1)
        var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
        for _ in 0..<20 {
            let ticket = board.probeBegan(1, at: now)
            board.probeEnded(ticket, .success(ProbeReport(writable: false)), latencyNanoseconds: 1, at: now)
            let wait = now.duration(to: board.probeDue(1))
            #expect(wait <= .seconds(33))
            now = board.probeDue(1)
        }
        #expect(board.snapshot.regions[1].writes == .unhealthy)
    }
}
