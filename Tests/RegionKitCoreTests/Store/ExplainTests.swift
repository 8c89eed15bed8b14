import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct ExplainTests {
    /// Takes the last candidate and says so, but has nothing to say of region 1.
    private struct Talkative: RoutingPolicy {
        var description: String { "talkative" }

        func choose(for request: RoutingRequest, from candidates: RegionSet, in snapshot: RegionSnapshot) -> Int? {
            request.home ?? Array(candidates).last
        }

        func reason(
            for position: Int,
            request: RoutingRequest,
            from candidates: RegionSet,
            in snapshot: RegionSnapshot
        ) -> String? {
            if request.home == position { return "the home" }
            return position == 1 ? nil : "the last of \(candidates.count)"
        }
    }

    @Test func `R8 each region in the route has the policy's reason, or its name`() throws {
        let fixture = try StoreFixture(policy: Talkative())
        let route = try fixture.store.explain(.get("a", .eventual))
        #expect(route.policy == "talkative")
        #expect(route.order == ["region-2", "region-1", "region-0"])
        #expect(route.stops.map(\.reason) == ["the last of 3", "chosen by talkative", "the last of 1"])
        #expect(route.stops.allSatisfy { $0.status == .unknown })
    }

    @Test func `R8 the policy is asked with the home of the affinity`() async throws {
        let fixture = try StoreFixture(policy: Talkative())
        let options = OperationOptions(affinity: "ann")
        _ = try await fixture.store.get("a", options: options)
        let reasons = try fixture.store.explain(.get("a", .eventual), options: options).stops.map(\.reason)
        #expect(reasons == ["the home", "chosen by talkative", "the last of 1"])
        try fixture.store.prefer("region-0")
        let stop = try fixture.store.explain(.get("a", .eventual), options: options).stops.first
        #expect(stop?.region == "region-0" && stop?.reason == "preferred by hand")
    }

    @Test func `R8 fences are told by what they are, the policy's first`() throws {
        let fixture = try StoreFixture(4, policy: FencePolicy())
        try fixture.store.evacuate("region-1")
        let route = try fixture.store.explain(
            .write(.put(["id": "eu"])),
            options: OperationOptions(allowed: ["region-0", "region-1"])
        )
        #expect(route.order.isEmpty)
        #expect(
            route.stops.map(\.reason) == [
                "outside what the policy permits", "evacuated by hand", "not allowed for this operation",
                "outside what the policy permits",
            ]
        )
        #expect(throws: RegionError.self) {
            try fixture.store.explain(.batchGet(["us", "eu"], .eventual))
        }
    }

    @Test func `R8 health and the return of traffic are told, with the status`() async throws {
        let fixture = try StoreFixture(2)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { _ = try await fixture.store.get("a") }
        var stops = try fixture.store.explain(.get("a", .eventual)).stops
        #expect(stops.map(\.status) == [.healthy, .unhealthy])
        #expect(stops[1].reason == "unhealthy for reads: tried only when nothing else is left")
        fixture.time.advance(by: .seconds(7))
        stops = try fixture.store.explain(.get("a", .eventual)).stops
        #expect(stops[0].reason == "chosen by primary-first, though unhealthy: the operation would be its trial")
        fixture.answer(0, with: .succeed)
        for _ in 0..<3 { await fixture.store.probe() }
        stops = try fixture.store.explain(.get("a", .eventual)).stops
        #expect(stops.map(\.region) == ["region-1", "region-0"])
        #expect(
            stops[1].reason == "chosen by primary-first, though its traffic has not returned yet (0 % of reads)"
        )
        fixture.time.advance(by: .seconds(31))
        let reasons = try (0..<100).map {
            try fixture.store.explain(.get("a", .eventual), options: OperationOptions(affinity: "\($0)")).stops
        }.filter { $0[1].region == "region-0" }.map { $0[1].reason }
        #expect(reasons.count > 50 && reasons.allSatisfy { $0.hasSuffix("not returned yet (10 % of reads)") })
    }
}
