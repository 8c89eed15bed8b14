import RegionKitCore
import RegionKitTesting
import Synchronization
import Testing

@Suite struct FenceTests {
    private typealias Operation = @Sendable (MultiRegionStore) async throws -> Void

    private static let operations: [(name: String, run: Operation)] = [
        ("get", { _ = try await $0.get("eu") }),
        ("query", { _ = try await $0.query(Query("eu")) }),
        ("batchGet", { _ = try await $0.batchGet(["eu", "eu-2"]) }),
        ("put", { try await $0.put(["id": "eu"]) }),
        ("put if", { try await $0.put(["id": "eu"], if: !attribute("id").exists) }),
        ("update", { try await $0.update("eu", Update().add("hits", 1)) }),
        ("delete", { try await $0.delete("eu") }),
        ("batchWrite", { try await $0.batchWrite([.put(["id": "eu"]), .delete("eu-2")]) }),
        ("transact", { try await $0.transact([.put(["id": "eu"]), .check("eu-2", attribute("id").exists)]) }),
    ]

    @Test(arguments: FenceTests.operations.indices)
    func `R2 an operation stays within what the policy permits, whatever fails`(_ number: Int) async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        let run = Self.operations[number].run
        try await run(fixture.store)
        #expect(fixture.asked == [0, 1, 0])
        fixture.answer(1, 2, with: .fail(.notSent))
        for _ in 0..<6 {
            let error = await failure { try await fixture.slept { try await run(fixture.store) } }
            #expect(error != nil)
        }
        #expect(fixture.asked[0] == 0, "\(Self.operations[number].name)")
        #expect(fixture.asked[2] > 0)
        let health = fixture.store.health()
        #expect(health[1].status == .unhealthy && health[2].status == .unhealthy)
    }

    @Test func `R2 writes are kept within their fence while the store writes elsewhere`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        try await fixture.store.put(["id": "a"])
        #expect(fixture.store.activeRegion(for: .write) == "region-0")
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-1")
        #expect(try await fixture.store.put(["id": "b"]).region == "region-0")
        #expect(fixture.store.activeRegion(for: .write) == "region-0", "one key's fence moves nothing")
    }

    @Test func `R2 a write within a fence does not decide where the others go`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-1")
        #expect(fixture.store.activeRegion(for: .write) == nil)
        #expect(try await fixture.store.put(["id": "a"]).region == "region-0")
    }

    @Test func `R2 reads within a fence do not decide where the others go`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy(general: [0, 2], pick: { $0.contains(1) ? 1 : $0.first }))
        #expect(try await fixture.store.get("eu").region == "region-1")
        #expect(fixture.store.activeRegion(for: .read) == "region-0")
    }

    @Test func `F5 writes within a fence go to one region, however the policy wavers`() async throws {
        let turn = Atomic<Int>(0)
        let policy = FencePolicy { candidates in
            let members = Array(candidates)
            return members.isEmpty
                ? nil : members[turn.wrappingAdd(1, ordering: .relaxed).newValue % members.count]
        }
        let fixture = try StoreFixture(policy: policy)
        for _ in 0..<8 { try await fixture.store.update("eu", Update().add("hits", 1)) }
        #expect(fixture.asked.max() == 8)
        let first = try #require(fixture.asked.firstIndex(of: 8))
        let other = 3 - first
        fixture.answer(first, with: .fail(.readOnly))
        let moved = try await fixture.slept { try await fixture.store.update("eu", Update().add("hits", 1)) }
        #expect(moved.region == Region("region-\(other)"))
        fixture.answer(first, with: .succeed)
        for _ in 0..<8 { try await fixture.store.update("eu", Update().add("hits", 1)) }
        #expect(fixture.asked[0] == 0 && fixture.asked[other] == 9)
    }

    @Test func `H8 writes return within their fence when the region's ramp is over`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        fixture.answer(1, with: .fail(.notSent))
        for _ in 0..<3 { try await fixture.store.put(["id": "eu"]) }
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-2")
        fixture.answer(1, with: .succeed)
        fixture.time.advance(by: .seconds(7))
        for _ in 0..<3 { #expect(try await fixture.store.put(["id": "eu"]).region == "region-1", "a trial") }
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-2", "healthy, but not long enough")
        fixture.time.advance(by: .seconds(31))
        try await fixture.store.put(["id": "eu"])
        fixture.time.advance(by: .seconds(31))
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-1")
        #expect(fixture.asked[0] == 0)
    }

    @Test func `H9 an evacuation holds within a fence too, and one of all its regions leaves none`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        try fixture.store.evacuate("region-1")
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-2")
        try fixture.store.evacuate("region-2")
        for run in [Self.operations[0].run, Self.operations[4].run] {
            let error = try #require(await failure { try await run(fixture.store) })
            #expect(error.code == .noEligibleRegion)
            #expect(error.message.contains("region-0 is outside what the policy permits"))
            #expect(error.message.contains("region-1 is evacuated by hand, region-2 is evacuated by hand"))
        }
        #expect(fixture.asked[0] == 0)
    }

    @Test func `R2 a region that is put first by hand is no way out of a fence`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        try fixture.store.prefer("region-0")
        #expect(try await fixture.store.get("eu").region == "region-1")
        #expect(try await fixture.store.put(["id": "eu"]).region == "region-1")
        #expect(try await fixture.store.put(["id": "a"]).region == "region-0")
    }

    @Test func `R2 a region that is named but not permitted is told, and not asked`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy())
        let error = await failure { try await fixture.store.get("eu", in: "region-0") }
        #expect(error?.code == .noEligibleRegion)
        #expect(error?.region == "region-0")
        #expect(error?.message.contains("region-0 is outside what the policy permits") == true)
        #expect(error?.message.contains("region-1 is not allowed for this operation") == true)
        let nowhere = await failure { try await fixture.store.get("no") }
        #expect(nowhere?.code == .noEligibleRegion)
        #expect(fixture.asked == [0, 0, 0])
    }

    @Test func `R2 a batch goes where all its keys may be, and is refused where there is no such region`() async throws
    {
        let fixture = try StoreFixture(policy: FencePolicy())
        #expect(try await fixture.store.batchGet(["a", "eu"]).region == "region-1")
        #expect(try await fixture.store.batchWrite([.delete("a"), .put(["id": "us"])]).region == "region-0")
        let split: [Operation] = [
            { _ = try await $0.batchGet(["us", "eu"]) },
            { try await $0.batchWrite([.put(["id": "us"]), .delete("eu")]) },
            { try await $0.transact([.update("us", Update().set("a", 1)), .check("eu", attribute("id").exists)]) },
        ]
        for run in split {
            let error = await failure { try await run(fixture.store) }
            #expect(error?.code == .validation)
            #expect(error?.message.contains("split the batch") == true)
        }
        #expect(await failure { try await fixture.store.batchGet(["us", "no"]) }?.code == .noEligibleRegion)
        #expect(fixture.asked == [1, 1, 0])
    }

    @Test func `a policy that keeps every operation to the same regions settles among them`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy(general: [1, 2]))
        try await fixture.store.put(["id": "a"])
        _ = try await fixture.store.get("a")
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
        #expect(fixture.store.activeRegion(for: .read) == "region-1")
        fixture.answer(1, with: .fail(.notSent))
        for _ in 0..<4 { try await fixture.store.put(["id": "a"]) }
        #expect(fixture.store.activeRegion(for: .write) == "region-2")
        #expect(fixture.asked[0] == 0)
    }

    @Test func `H10 a fence does not make a store try unhealthy regions where it is told not to`() async throws {
        let fixture = try StoreFixture(policy: FencePolicy()) { $0.triesUnhealthyRegions = false }
        fixture.answer(1, 2, with: .fail(.notSent))
        for _ in 0..<4 { _ = await failure { try await fixture.slept { try await fixture.store.get("eu") } } }
        let before = fixture.asked
        #expect(await failure { try await fixture.store.get("eu") }?.code == .noEligibleRegion)
        #expect(fixture.asked == before)
    }
}
