import RegionKitCore
import Testing

@Suite struct ReadShareTests {
    @Test func `a region is given no reads while it is unhealthy or evacuated`() async throws {
        let fixture = try StoreFixture(2)
        #expect(fixture.store.health().map(\.readShare) == [1, 1])
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { _ = try await fixture.store.get("a") }
        try fixture.store.evacuate("region-1")
        #expect(fixture.store.health().map(\.readShare) == [0, 0])
    }

    @Test func `H9 a region that was restored awaits its reads, and one that is preferred does not`() throws {
        let fixture = try StoreFixture(2)
        for region in fixture.store.regions {
            try fixture.store.evacuate(region)
            try fixture.store.restore(region)
        }
        try fixture.store.prefer("region-1")
        #expect(fixture.store.health().map(\.isRecovering) == [true, true])
        #expect(fixture.store.health().map(\.readShare) == [0, 1])
    }
}
