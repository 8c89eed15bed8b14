import RegionKitTesting
import Synchronization
import Testing

@testable import RegionKitCore

/// What happens between two steps of one operation: the moments at which another thread may act.
@Suite struct InterleavingTests {
    private static let item: Item = ["id": "a", "state": "ready"]

    /// The first candidate; does something else first, once, as another thread could between a choice and its attempt.
    private final class Interruption: RoutingPolicy {
        private let action = Mutex<(@Sendable () -> Void)?>(nil)

        var description: String { "interruption" }

        func set(_ action: @escaping @Sendable () -> Void) { self.action.withLock { $0 = action } }

        func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
            let action = self.action.withLock { action in
                defer { action = nil }
                return action
            }
            action?()
            return candidates.first
        }
    }

    /// Back-offs that last until the clock is moved.
    private static func slowly(_ configuration: inout StoreConfiguration) {
        configuration.retry.baseBackoff = .seconds(1)
        configuration.retry.maximumBackoff = .seconds(1)
    }

    @Test func `F5 a trial does not move the active write region`() async throws {
        let fixture = try StoreFixture()
        try await fixture.store.put(Self.item)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { try await fixture.store.put(Self.item) }
        fixture.time.advance(by: .seconds(6.1))
        for _ in 0..<2 { #expect(try await fixture.store.put(Self.item).region == "region-1") }
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
    }

    @Test func `H4 H8 writes return to a region whose probe does not show that writes work`() async throws {
        let fixture = try StoreFixture()
        try await fixture.store.put(Self.item)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<4 { try await fixture.store.put(Self.item) }
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
        fixture.answer(0, with: .succeed)
        for second in 0..<90 {
            fixture.time.advance(by: .seconds(1))
            let before = fixture.asked[0]
            _ = try await fixture.store.put(Self.item, if: attribute("id").exists)
            #expect(fixture.asked[0] == before || second > 30, "a conditional write is no trial")
            try await fixture.store.put(Self.item)
        }
        #expect(fixture.store.activeRegion(for: .write) == "region-0")
    }
}
