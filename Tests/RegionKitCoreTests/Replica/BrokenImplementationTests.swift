import RegionKitCore
import RegionKitTesting
import Testing

/// The suites must name the rule that a broken implementation breaks.
struct BrokenImplementationTests {
    struct Backend: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rule: String
        var make: @Sendable (BrokenBackend) -> BrokenBackend
    }

    static let backends: [Backend] = [
        Backend(
            testDescription: "ignores conditions",
            rule: "a write whose condition fails is rejected and changes nothing"
        ) { $0.bendingWrites { $0.condition = nil } },
        Backend(
            testDescription: "drops the order",
            rule: "a query answers in the order of number sort keys"
        ) { $0.bendingPages { $0.items.sort { "\($0["sk"] ?? .null)" < "\($1["sk"] ?? .null)" } } },
        Backend(testDescription: "ignores the direction", rule: "an index answers in its own order") {
            $0.bendingQueries { $0.descending = false }
        },
        Backend(testDescription: "ignores the bound", rule: "a query keeps to the bound on the sort key") {
            $0.bendingQueries { $0.sort = nil }
        },
        Backend(
            testDescription: "forgets the successor of a page",
            rule: "pages are as long as the limit and leave nothing out"
        ) { $0.bendingPages { $0.next = nil } },
        Backend(
            testDescription: "filters before it counts",
            rule: "a filter leaves items out after they are counted against the limit"
        ) { $0.bendingQueries { if $0.filter != nil { $0.limit = nil } } },
        Backend(
            testDescription: "does not remove duplicates",
            rule: "a write repeated with the same id is done once (F4)"
        ) {
            $0.bendingContexts { context in
                var generator = SystemRandomNumberGenerator()
                context.operation = .random(using: &generator)
            }
        },
        Backend(
            testDescription: "forgets refusals",
            rule: "the refusal of a repeat stands, and a late first attempt cannot land (F4)"
        ) { $0.bendingContexts { $0.mayHaveRun = false } },
        Backend(
            testDescription: "says that a write was not done because its answer did not come",
            rule: "what became of a write is told, and one that was not done never is (F4)"
        ) { backend in
            var backend = backend
            backend.bendResponse = { if case .outcome = $0 { .outcome(.notApplied) } else { $0 } }
            return backend
        },
        Backend(
            testDescription: "takes any write for done",
            rule: "what became of a write is not guessed (F4)"
        ) { backend in
            var backend = backend
            backend.bendResponse = { if case .outcome = $0 { .outcome(.applied(nil)) } else { $0 } }
            return backend
        },
        Backend(
            testDescription: "takes late writes",
            rule: "a write after its time is refused (F4b)"
        ) { $0.bendingContexts { $0.deadline = $0.deadline.advanced(by: .seconds(60)) } },
        Backend(
            testDescription: "ignores the clock floor",
            rule: "a write's version lies above the floor that its context sets (F4)"
        ) { $0.bendingContexts { $0.clockFloor = nil } },
        Backend(
            testDescription: "does a transaction without its checks",
            rule: "a transaction does nothing if one of its conditions fails"
        ) {
            $0.bending { request in
                guard case .transact(let writes) = request else { return request }
                return .transact(writes.map { Write($0.action) })
            }
        },
        Backend(testDescription: "answers batches in any order", rule: "a batch read answers in the order of the keys")
        {
            $0.bending { request in
                guard case .batchGet(let keys, let consistency) = request else { return request }
                return .batchGet(keys.reversed(), consistency)
            }
        },
        Backend(testDescription: "returns no items", rule: "a write answers with the item that was asked for") {
            $0.bendingWrites { $0.returning = .none }
        },
    ]

    @Test(arguments: backends)
    func `A broken backend fails the rule that it breaks`(_ broken: Backend) async {
        let failures = await BackendConformance { schema in
            broken.make(BrokenBackend(base: InMemoryBackend("here", schema: schema)))
        }.run()
        #expect(failures.contains { $0.rule == broken.rule }, "\(failures)")
        #expect(Set(failures.map(\.rule)).count < 15)
    }

    @Test func `Rules about a capability that is declared missing are left out`() async {
        let failures = await BackendConformance { schema in
            Reduced(
                base: BrokenBackend(base: InMemoryBackend("here", schema: schema)).bendingContexts { context in
                    var generator = SystemRandomNumberGenerator()
                    context.operation = .random(using: &generator)
                    context.deadline = context.deadline.advanced(by: .seconds(60))
                    context.clockFloor = nil
                }
            )
        }.run()
        #expect(failures.isEmpty, "\(failures)")
    }

    private struct Reduced: RegionBackend {
        var base: BrokenBackend
        let capabilities = BackendCapabilities(transactions: true)

        func perform(
            _ request: BackendRequest,
            in context: AttemptContext
        ) async throws(BackendError) -> BackendResponse {
            // What forgets ids knows nothing of them.
            if case .resolve = request { return .outcome(.stillUnknown) }
            return try await self.base.perform(request, in: context)
        }

        func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
            try await self.base.probe(in: context)
        }

        func shutdown() async {
            await self.base.shutdown()
        }
    }

    struct Store: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var rule: String
        var bend: @Sendable (inout BrokenStore) -> Void
    }

    static let stores: [Store] = [
        Store(
            testDescription: "ignores expectations",
            rule: "a commit is done only if every expectation holds, and then altogether"
        ) {
            $0.bendCommit = { commit, _ in for index in commit.changes.indices { commit.changes[index].expected = .any }
            }
        },
        Store(testDescription: "forgets operation ids", rule: "a refusal stands (F4)") {
            $0.bendCommit = { _, context in
                var generator = SystemRandomNumberGenerator()
                context.operation = .random(using: &generator)
            }
        },
        Store(testDescription: "ignores digests", rule: "an id used with another digest is refused (F4b)") {
            $0.bendCommit = { commit, _ in commit.digest = 0 }
        },
        Store(testDescription: "takes late commits", rule: "a commit after its deadline does nothing (F4b)") {
            $0.bendCommit = { _, context in context.deadline = context.deadline.advanced(by: .seconds(60)) }
        },
        Store(
            testDescription: "moves cursors from anywhere",
            rule: "a cursor moves only from where it stands, and with its rows (C5)"
        ) { $0.bendApplication = { $0.from = nil } },
        Store(
            testDescription: "does not park",
            rule: "rows too far ahead are parked, and applied when they are due (C1)"
        ) { $0.bendApplication = { $0.maximumDrift = .seconds(3600) } },
        Store(
            testDescription: "purges without a bound",
            rule: "a purge removes rows altogether, but none above its bound (C5)"
        ) { $0.bendApplication = { $0.purgeBound?.timestamp.milliseconds += 60_000 } },
        Store(
            testDescription: "applies only the last row",
            rule: "applying is commutative and idempotent: any order, any repeats, one state (C5, fault 17)"
        ) { $0.bendApplication = { $0.rows = $0.rows.suffix(1) } },
        Store(
            testDescription: "answers its log backwards",
            rule: "the log numbers changes without holes, in the order of their versions"
        ) {
            $0.bendBatch = { batch in
                guard case .entries(let rows, let end) = batch else { return batch }
                return .entries(rows.reversed(), end)
            }
        },
        Store(
            testDescription: "hides that it diverged",
            rule: "a cursor that the log does not lead on from is recognised (C5)"
        ) { $0.bendBatch = { $0 == .diverged ? .entries([], .start) : $0 } },
        Store(
            testDescription: "takes everybody for the holder of a lease",
            rule: "a lease of a peer goes to one holder, who may renew it"
        ) { $0.bendLease = { holder, _ in holder = 1 } },
        Store(testDescription: "lets leases last", rule: "a lease whose time is over is free") {
            $0.bendLease = { _, duration in duration *= 1000 }
        },
        Store(
            testDescription: "lets nobody give up a lease",
            rule: "a lease is given up by its holder alone, in a cancelled task too, and is free then"
        ) { $0.bendLease = { _, duration in if duration == .zero { duration = .seconds(60) } } },
        Store(
            testDescription: "collects young tombstones",
            rule: "tombstones go up to the time given, and the floor rises (C5)"
        ) { $0.bendCollection = { $0.tombstonesThrough.milliseconds += 3_600_000 } },
        Store(
            testDescription: "hides its floor",
            rule: "a purge removes rows altogether, but none above its bound (C5)"
        ) {
            $0.bendStatus = { $0.collectionFloor = nil }
        },
        Store(
            testDescription: "hides a row from a merge",
            rule: "versions of all rows are met once, in pages, deleted ones too (C5)"
        ) { $0.bendVersions = { $0.filter { $0.key.sort != "item-5" } } },
        Store(
            testDescription: "tells old versions",
            rule: "rows and versions of keys are found, those never written are left out (C5)"
        ) {
            $0.bendVersions = {
                $0.map { RowVersion(key: $0.key, version: Version(timestamp: .zero, origin: Origin(rawValue: 0))) }
            }
        },
        Store(
            testDescription: "leaves a deleted row out",
            rule: "rows and versions of keys are found, those never written are left out (C5)"
        ) { $0.bendRows = { $0.filter { $0.item != nil } } },
        Store(
            testDescription: "skips a long row",
            rule: "many long rows of keys are had in several answers (C5)"
        ) { $0.bendRows = { $0.filter { $0.key.sort != "long-3" } } },
    ]

    @Test(arguments: stores)
    func `A broken replica store fails the rule that it breaks`(_ broken: Store) async {
        let failures = await ReplicaStoreConformance { region, schema in
            var store = BrokenStore(base: InMemoryReplicaStore(region, schema: schema))
            broken.bend(&store)
            return store
        }.run()
        #expect(failures.contains { $0.rule == broken.rule }, "\(failures)")
        #expect(Set(failures.map(\.rule)).count < 10)
    }
}
