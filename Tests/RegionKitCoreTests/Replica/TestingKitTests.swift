import RegionKitCore
import RegionKitTesting
import Testing

/// What plug-in authors and the engine's tests rely on.
struct TestingKitTests {
    private let time = ManualTime()

    private func context(_ operation: UInt64 = 1) -> AttemptContext {
        AttemptContext(
            deadline: self.time.now.advanced(by: .seconds(1)),
            operation: OperationID(high: 0, low: operation),
            time: self.time
        )
    }

    @Test func `A manual clock wakes sleepers in the order of their times`() async throws {
        let time = self.time
        await withTaskGroup(of: Int.self) { group in
            for n in [30, 10, 20] {
                group.addTask {
                    try? await time.sleep(for: .milliseconds(n))
                    return n
                }
            }
            await time.waitForSleepers(3)
            for n in [10, 20, 30] {
                time.advance(by: .milliseconds(10))
                #expect(await group.next() == n)
            }
        }
    }

    @Test func `A manual clock ends the sleep of a cancelled task, and a past one at once`() async throws {
        let time = self.time
        try await time.sleep(until: time.now)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do { try await time.sleep(for: .seconds(1)) } catch { return error is CancellationError }
                return false
            }
            await time.waitForSleepers(1)
            group.cancelAll()
            #expect(await group.next() == true)
        }
        #expect(time.sleepers == 0)
    }

    @Test func `A manual clock's wall can be stepped on its own`() {
        let (now, wall) = (self.time.now, self.time.wallMilliseconds)
        self.time.stepWall(by: .seconds(-30))
        #expect(self.time.now == now)
        #expect(self.time.wallMilliseconds == wall - 30_000)
        self.time.advance(by: .seconds(30))
        #expect(self.time.wallMilliseconds == wall)
    }

    private static let schema = TableSchema(name: "table", partitionKey: "id")

    @Test(
        arguments: [
            (.notSent, .notSent, false), (.unknownBeforeCommit, .unknownOutcome, false),
            (.unknownAfterCommit, .unknownOutcome, true), (.unavailable, .unavailable, false),
            (.readOnly, .readOnly, false),
            (.throttled, .throttled, false),
        ] as [(FaultRule.Fault, FailureClass, Bool)]
    )
    func `An injected fault fails with its class, and does the write or not`(
        _ fault: FaultRule.Fault,
        _ failure: FailureClass,
        _ isDone: Bool
    ) async throws {
        let base = InMemoryBackend("here", schema: Self.schema)
        let plan = FaultPlan(FaultRule(fault, on: .writes, count: 1))
        let backend = FaultInjectingBackend(base, region: "here", plan: plan)
        let error = await #expect(throws: BackendError.self) {
            _ = try await backend.perform(.write(.put(["id": "k"])), in: self.context())
        }
        #expect(error?.failure == failure)
        #expect((base.store.contents["k"] != nil) == isDone)
        _ = try await backend.perform(.write(.put(["id": "l"])), in: self.context(2))
        #expect(plan.injected == 1)
    }

    @Test func `A fault rule keeps to its region, operation, window and probability`() async throws {
        let plan = FaultPlan(
            seed: 1,
            FaultRule(.unavailable, on: .operation("get"), in: "a", during: .seconds(1)..<(.seconds(2))),
            FaultRule(.throttled, on: .probes, probability: 0.5)
        )
        func isFailing(_ region: Region, _ request: BackendRequest) async -> Bool {
            let base = InMemoryBackend(region, schema: Self.schema)
            let backend = FaultInjectingBackend(base, region: region, plan: plan)
            return (try? await backend.perform(request, in: self.context())) == nil
        }
        let get = BackendRequest.get("k", .eventual)
        #expect(await !isFailing("a", get))
        self.time.advance(by: .seconds(1))
        #expect(await isFailing("a", get))
        #expect(await !isFailing("b", get))
        #expect(await !isFailing("a", .scan(Scan())))
        self.time.advance(by: .seconds(1))
        #expect(await !isFailing("a", get))
        let backend = FaultInjectingBackend(InMemoryBackend("a", schema: Self.schema), region: "a", plan: plan)
        var failed = 0
        for _ in 0..<100 where (try? await backend.probe(in: self.context())) == nil { failed += 1 }
        #expect((30...70).contains(failed))
    }

    @Test func `A corrupt answer has a case that does not fit, and a slow one comes late`() async throws {
        let plan = FaultPlan(FaultRule(.corrupt, count: 1), FaultRule(.slow(.seconds(5))))
        let backend = FaultInjectingBackend(InMemoryBackend("a", schema: Self.schema), region: "a", plan: plan)
        guard case .page = try await backend.perform(.get("k", .eventual), in: self.context()) else {
            return #expect(Bool(false))
        }
        let time = self.time
        try await withThrowingTaskGroup(of: Void.self) { group in
            let context = self.context()
            group.addTask { _ = try await backend.perform(.get("k", .eventual), in: context) }
            await time.waitForSleepers(1)
            time.advance(by: .seconds(5))
            try await group.waitForAll()
        }
    }

    @Test func `A scripted backend answers in turn, hangs until it is released, and records its calls`() async throws {
        let backend = ScriptedBackend(
            .fail(BackendError(.notSent, .unavailable, "no")),
            .hang(.respond(.item(GetResult(item: ["id": "k"])))),
            .succeed
        )
        await #expect(throws: BackendError.self) { _ = try await backend.probe(in: self.context()) }
        let context = self.context()
        await withTaskGroup(of: BackendResponse?.self) { group in
            group.addTask { try? await backend.perform(.get("k", .eventual), in: context) }
            while backend.hanging == 0 { await Task.yield() }
            group.cancelAll()
            #expect(backend.hanging == 1)
            backend.release()
            #expect(await group.next() == .item(GetResult(item: ["id": "k"])))
        }
        #expect(try await backend.perform(.scan(Scan()), in: context) == .page(Page(items: [])))
        #expect(backend.calls.count == 3)
        #expect(backend.requests == [.get("k", .eventual), .scan(Scan())])
    }

    @Test func `A scripted probe counts its checks`() async throws {
        let probe = ScriptedProbe()
        let backend = ScriptedBackend()
        _ = try await probe.check(backend, in: self.context())
        probe.setAnswer(.fail(BackendError(.unavailable, .unavailable, "down")))
        await #expect(throws: BackendError.self) { _ = try await probe.check(backend, in: self.context()) }
        #expect(probe.checks == 2)
    }
}
