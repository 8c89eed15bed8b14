import RegionKitCore
import RegionKitTesting
import Testing

@Suite struct FailoverTests {
    private static let item: Item = ["id": "a", "state": "ready"]

    @Test(arguments: [FailureClass.notSent, .unknownOutcome, .unavailable, .overloaded])
    func `F2 F3 a read moves to the next region at once`(_ failure: FailureClass) async throws {
        let fixture = try StoreFixture()
        fixture.answer(0, with: .fail(failure))
        let answer = try await fixture.store.get("a")
        #expect(answer.region == "region-1")
        #expect(fixture.asked == [1, 1, 0])
        #expect(answer.attempts.map(\.failure) == [failure, nil])
    }

    @Test(arguments: [FailureClass.notSent, .unknownOutcome, .unavailable, .readOnly, .overloaded])
    func `F2 F4 an unconditional write moves with the same operation id`(_ failure: FailureClass) async throws {
        let fixture = try StoreFixture()
        fixture.answer(0, with: .fail(failure))
        let answer = try await fixture.store.put(Self.item)
        #expect(answer.region == "region-1")
        let ids = fixture.backends.flatMap(\.calls).map(\.context.operation)
        #expect(ids.count == 2)
        #expect(Set(ids) == [try #require(answer.operation)])
    }

    @Test func `F4 the repeat in another region carries the clock floor of the first`() async throws {
        let fixture = try StoreFixture()
        let ceiling = HybridTimestamp(milliseconds: 42, counter: 7)
        fixture.answer(
            0,
            with: .fail(BackendError(.unknownOutcome, .outcomeUnknown, "", clockCeiling: ceiling))
        )
        try await fixture.store.put(Self.item)
        #expect(fixture.backends[0].calls.map(\.context.clockFloor) == [nil])
        #expect(fixture.backends[1].calls.map(\.context.clockFloor) == [ceiling])
    }

    @Test func `F2 a rejection is thrown at once, by every kind of operation, and asks no other region`() async throws {
        let fixture = try StoreFixture()
        let stored: Item = ["id": "a", "state": "locked"]
        fixture.answer(
            0,
            with: .fail(BackendError(.rejected, .conditionFailed, "no", storedItem: stored))
        )
        let error = await failure { try await fixture.store.put(Self.item, if: !attribute("id").exists) }
        #expect(error?.code == .conditionFailed)
        #expect(error?.region == "region-0")
        #expect(error?.storedItem == stored)
        #expect(await failure { try await fixture.store.get("a") }?.code == .conditionFailed)
        #expect(fixture.asked == [2, 0, 0])
        #expect(fixture.store.health()[0].reads == .healthy, "a rejection proves that the region works")
    }

    @Test func `F2 throttling backs off in place and is no fault`() async throws {
        let fixture = try StoreFixture()
        fixture.backends[0].setScript { _, number in number == 0 ? .fail(.throttled) : .succeed }
        let answer = try await fixture.slept { try await fixture.store.put(Self.item) }
        #expect(answer.region == "region-0")
        #expect(fixture.asked == [2, 0, 0])
        #expect(fixture.store.health()[0].errorCount == 0)
    }

    @Test(arguments: [(Duration.milliseconds(700), Duration.milliseconds(700)), (.seconds(60), .seconds(5))])
    func `F6 a repetition waits as the region asks, within bounds`(_ asked: Duration, _ wait: Duration) async throws {
        let fixture = try StoreFixture { $0.deadline = .seconds(100) }
        let refusal = BackendError(.throttled, .throttled, "scripted", retryAfter: asked)
        fixture.backends[0].setScript { _, number in number == 0 ? .fail(refusal) : .succeed }
        let began = fixture.time.now
        let answer = try await fixture.slept { try await fixture.store.put(Self.item) }
        #expect(answer.failures.map(\.failure) == [.throttled])
        #expect(began.duration(to: fixture.time.now) == wait)
    }

    @Test func `a wait that a region asks for holds up no other region`() async throws {
        let fixture = try StoreFixture()
        let refusal = BackendError(.unavailable, .unavailable, "scripted", retryAfter: .seconds(3))
        fixture.answer(0, with: .fail(refusal))
        #expect(try await fixture.store.put(Self.item).region == "region-1")
        #expect(fixture.time.sleepers == 0)
    }

    @Test func `F5 a conditional write stays with the active region while that may still accept it`() async throws {
        let fixture = try StoreFixture()
        fixture.backends[0].setScript { _, number in number < 2 ? .fail(.unavailable) : .succeed }
        let answer = try await fixture.slept { try await fixture.store.put(Self.item, if: !attribute("id").exists) }
        #expect(answer.region == "region-0")
        #expect(fixture.asked == [3, 0, 0])
    }

    @Test func `F5 three quick refusals move the active region, and the conditional write with it`() async throws {
        let fixture = try StoreFixture { $0.health.failoverThreshold = 100 }
        fixture.answer(0, with: .fail(.readOnly))
        let answer = try await fixture.slept { try await fixture.store.put(Self.item, if: !attribute("id").exists) }
        #expect(answer.region == "region-1")
        #expect(fixture.asked == [3, 1, 0])
        #expect(fixture.store.activeRegion(for: .write) == "region-1")
        try await fixture.store.put(Self.item)
        #expect(fixture.asked == [3, 2, 0], "the whole store writes there now")
    }

    @Test func `F4 a conditional write of unknown outcome is repeated in the same region with the same id`()
        async throws
    {
        let fixture = try StoreFixture()
        fixture.backends[0].setScript { _, number in number == 0 ? .fail(.unknownOutcome) : .succeed }
        let answer = try await fixture.slept { try await fixture.store.update("a", Update().add("hits", 1)) }
        #expect(answer.region == "region-0")
        let contexts = fixture.backends[0].calls.map(\.context)
        #expect(contexts.map(\.mayHaveRun) == [false, true])
        #expect(contexts[0].operation == contexts[1].operation)
    }

    @Test func `F4 where ids are not remembered the caller learns that the outcome is unknown`() async throws {
        let fixture = try StoreFixture(capabilities: BackendCapabilities(honoursDeadlines: true))
        fixture.answer(0, with: .fail(.unknownOutcome))
        let error = await failure { try await fixture.store.update("a", Update().add("hits", 1)) }
        #expect(error?.code == .outcomeUnknown)
        #expect(error?.operation != nil)
        #expect(fixture.asked == [1, 0, 0], "it was not repeated anywhere")
    }

    @Test func `F4 a write that no region answers for ends as outcome unknown, never as failed`() async throws {
        let fixture = try StoreFixture()
        fixture.answer(0, with: .fail(.unknownOutcome))
        fixture.answer(1, 2, with: .fail(.rejected, .accessDenied))
        let error = await failure { try await fixture.store.put(Self.item) }
        #expect(error?.code == .outcomeUnknown)
    }

    @Test func `F10 an error lists every attempt with region, class and cause`() async throws {
        let fixture = try StoreFixture { $0.retry.maximumAttemptsPerRegion = 1 }
        fixture.answer(0, with: .fail(.notSent))
        fixture.answer(1, with: .fail(.unknownOutcome))
        fixture.answer(2, with: .fail(.unavailable))
        let error = await failure { try await fixture.store.get("a") }
        #expect(error?.code == .unavailable)
        #expect(error?.attempts.map(\.region) == ["region-0", "region-1", "region-2"])
        #expect(error?.attempts.map(\.failure) == [.notSent, .unknownOutcome, .unavailable])
        #expect("\(try #require(error))".contains("scripted"))
    }

    @Test func `R3 a pinned operation does not fail over, and the error names the region`() async throws {
        let fixture = try StoreFixture()
        fixture.answer(1, with: .fail(.notSent))
        let error = await failure { try await fixture.slept { try await fixture.store.get("a", in: "region-1") } }
        #expect(error?.region == "region-1")
        #expect(fixture.asked == [0, 4, 0])
        let unknown = await failure { try await fixture.store.get("a", in: "mars-1") }
        #expect(unknown?.message.contains("region-0, region-1, region-2") == true)
    }

    @Test func `R2 fences hold for pinned operations, retries and failover`() async throws {
        let fixture = try StoreFixture()
        try fixture.store.evacuate("region-1")
        fixture.answer(0, with: .fail(.notSent))
        #expect(try await fixture.store.get("a").region == "region-2")
        let error = await failure { try await fixture.store.get("a", in: "region-1") }
        #expect(error?.code == .noEligibleRegion)
        #expect(error?.message.contains("region-1 is evacuated by hand") == true)
        let options = OperationOptions(allowed: ["region-1"])
        #expect(await failure { try await fixture.store.get("a", options: options) }?.code == .noEligibleRegion)
        #expect(fixture.asked[1] == 0)
    }

    @Test func `R4 the primary while available, then the others in configured order`() async throws {
        let fixture = try StoreFixture()
        #expect(try await fixture.store.get("a").region == "region-0")
        fixture.answer(0, 1, with: .fail(.notSent))
        #expect(try await fixture.store.get("a").attempts.map(\.region) == ["region-0", "region-1", "region-2"])
    }

    @Test func `R8 explain names every region with a reason and asks none`() async throws {
        let fixture = try StoreFixture()
        try fixture.store.evacuate("region-2")
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<3 { _ = try await fixture.store.get("a") }
        let before = fixture.asked
        let route = try fixture.store.explain(.get("a", .eventual))
        #expect(route.order == ["region-1", "region-0"])
        #expect(route.stops.map(\.region) == ["region-1", "region-0", "region-2"])
        #expect(route.stops[0].reason == "chosen by primary-first")
        #expect(route.stops[1].reason.hasPrefix("unhealthy for reads"))
        #expect(route.stops[2].reason == "evacuated by hand")
        #expect(fixture.asked == before)
    }

    @Test func `H10 with every region unhealthy they are tried all the same, and the trace says panic`() async throws {
        let fixture = try StoreFixture()
        fixture.answer(0, 1, 2, with: .fail(.notSent))
        for _ in 0..<3 { _ = await failure { try await fixture.slept { try await fixture.store.get("a") } } }
        fixture.answer(0, 1, 2, with: .succeed)
        let answer = try await fixture.store.get("a")
        #expect(answer.isPanic)
        #expect(answer.attempts.last?.isPanic == true)
    }

    @Test func `H10 by configuration an operation fails at once instead`() async throws {
        let fixture = try StoreFixture { $0.triesUnhealthyRegions = false }
        fixture.answer(0, 1, 2, with: .fail(.notSent))
        for _ in 0..<3 { _ = await failure { try await fixture.slept { try await fixture.store.get("a") } } }
        let before = fixture.asked
        let error = await failure { try await fixture.store.get("a") }
        #expect(error?.code == .noEligibleRegion)
        #expect(error?.message.contains("region-0 is unhealthy, region-1 is unhealthy, region-2 is unhealthy") == true)
        #expect(fixture.asked == before)
    }

    @Test func `an error tells a cause once and lists every attempt`() async throws {
        let fixture = try StoreFixture(2)
        fixture.answer(0, 1, with: .fail(.unavailable))
        let error = try #require(await failure { try await fixture.store.get("a") })
        #expect(error.message == "no region could serve (region-0: scripted; region-1: scripted)")
        #expect(error.attempts.count > 2)
    }

    @Test(arguments: [Duration.zero, .seconds(-1)])
    func `H9 a preference that ends before it begins is refused and changes nothing`(_ time: Duration) async throws {
        let fixture = try StoreFixture()
        #expect(await failure { try fixture.store.prefer("region-1", for: time) }?.code == .validation)
        #expect(try await fixture.store.put(["id": "a"]).region == "region-0")
    }

    @Test func `F6 in a total outage the attempts beyond the first are few`() async throws {
        let fixture = try StoreFixture()
        fixture.answer(0, 1, 2, with: .fail(.notSent))
        let operations = 2000
        _ = try await fixture.slept {
            for _ in 0..<operations { _ = await failure { try await fixture.store.get("a") } }
        }
        let attempts = fixture.asked.reduce(0, +)
        #expect(attempts - operations <= operations / 20 + 2, "\(attempts) attempts for \(operations) operations")
    }

    @Test func `F6 a region that dies under load fails no read over to a healthy one`() async throws {
        let fixture = try StoreFixture(2)
        fixture.answer(0, with: .fail(.notSent))
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<500 { group.addTask { await failure { try await fixture.store.get("a") } == nil } }
            for await succeeded in group { #expect(succeeded) }
        }
    }

    @Test func `F8 security 9 with every bulkhead full an operation is refused at once`() async throws {
        let fixture = try StoreFixture { $0.maximumInFlightPerRegion = 1 }
        for backend in fixture.backends { backend.setAnswer(.hang(.succeed)) }
        let held = fixture.store.regions.map { region in Task { try await fixture.store.get("a", in: region) } }
        while fixture.asked != [1, 1, 1] { await Task.yield() }
        let start = fixture.time.now
        for condition in [nil, attribute("id").exists] {
            let error = await failure { try await fixture.store.put(Self.item, if: condition) }
            #expect(error?.code == .overloaded)
        }
        #expect(await failure { try await fixture.store.get("a") }?.code == .overloaded)
        #expect(fixture.time.now == start)
        #expect(fixture.asked == [1, 1, 1])
        for backend in fixture.backends { backend.release() }
        for task in held { _ = try await task.value }
    }

    @Test func `fault 26 under ten times the load as much is served, and the rest is refused at once`() async throws {
        let capacity = 8
        let fixture = try StoreFixture(1) { $0.maximumInFlightPerRegion = capacity }
        fixture.answer(0, with: .delay(.milliseconds(10), .succeed))
        for _ in 0..<100 {
            await withTaskGroup(of: ErrorCode?.self) { group in
                let start = fixture.time.now
                for _ in 0..<10 * capacity {
                    group.addTask { await failure { try await fixture.store.get("a") }?.code }
                }
                for _ in 0..<9 * capacity { #expect(await group.next() == .overloaded) }
                #expect(fixture.time.now == start)
                await fixture.time.waitForSleepers(capacity)
                fixture.time.advance(by: .milliseconds(10))
                for await code in group { #expect(code == nil) }
            }
        }
        #expect(fixture.asked == [100 * capacity], "what is refused does not reach the region")
    }

    @Test func `H13 failover asks nobody but the regions it tries`() async throws {
        let probe = ScriptedProbe()
        let fixture = try StoreFixture(probe: probe)
        fixture.answer(0, with: .fail(.notSent))
        for _ in 0..<5 { #expect(try await fixture.store.get("a").region == "region-1") }
        #expect(probe.checks == 0)
        #expect(fixture.backends.map(\.calls.count) == [3, 5, 0], "after three faults the region is left alone")
    }

    @Test func `O3 errors and events hold no item values and no keys`() async throws {
        let observer = EventCollector()
        let fixture = try StoreFixture(observers: [observer])
        let canary = "canary-7d1f"
        fixture.answer(0, 1, 2, with: .fail(.unknownOutcome))
        let item: Item = ["id": .string(canary), "state": .string(canary)]
        var texts: [String] = []
        for operation in [0, 1, 2] {
            let error = await failure {
                try await fixture.slept {
                    switch operation {
                    case 0: _ = try await fixture.store.put(item, if: attribute("state") == .string(canary))
                    case 1: _ = try await fixture.store.get(Key(.string(canary)))
                    default: _ = try await fixture.store.put(["id": 7, "state": .string(canary)])
                    }
                }
            }
            texts.append("\(try #require(error))")
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await fixture.store.run() }
            while observer.events.count < 3 { await Task.yield() }
            group.cancelAll()
        }
        texts += observer.events.map { "\($0)" }
        #expect(texts.count > 5)
        #expect(!texts.contains { $0.contains(canary) })
    }

    @Test func `F2 a response of another request is a fault and reads move on`() async throws {
        let fixture = try StoreFixture()
        fixture.answer(0, with: .respond(.page(Page(items: []))))
        let answer = try await fixture.store.get("a")
        #expect(answer.region == "region-1")
        #expect(answer.failures.first?.code == .protocolViolation)
    }

    @Test func `withRegion runs a caller's work under the same rules, and its own errors end it`() async throws {
        struct Mistake: Error {}
        let fixture = try StoreFixture()
        fixture.answer(0, with: .fail(.notSent))
        let answer = try await fixture.store.withRegion(for: .read) { backend, context in
            _ = try await backend.perform(.get("a", .eventual), in: context)
            return 7
        }
        #expect(answer.value == 7)
        #expect(answer.region == "region-1")
        await #expect(throws: Mistake.self) {
            try await fixture.store.withRegion(for: .read) { _, _ in throw Mistake() }
        }
    }

    @Test func `what cannot be done anywhere is refused before any region is asked`() async throws {
        let fixture = try StoreFixture()
        let error = await failure { try await fixture.store.put(["state": "ready"]) }
        #expect(error?.code == .validation)
        #expect(fixture.asked == [0, 0, 0])
    }
}
