internal import BackendSQLite
internal import RegionKitCore
internal import Synchronization
internal import Worksets

/// The main job from end to end: clients work on worksets in three SQLite regions, the primary fails and comes back.
final class Demo: Sendable {
    private let settings: DemoSettings
    private let console: Console
    private let time = SystemTime()
    private let timeline: Timeline
    private let tally: Tally
    private let ledger = Ledger()
    private let regions: SQLiteRegions
    private let isOver = Atomic(false)

    /// What was measured on the way.
    private struct Moments {
        var failure: MonotonicInstant
        var recovery: MonotonicInstant
        var settled: Bool
    }

    /// Makes the regions.
    init(_ settings: DemoSettings, _ folder: DemoFolder, _ console: Console) async throws {
        self.settings = settings
        self.console = console
        self.tally = Tally(primary: settings.primary)
        var replication = Replicator.Configuration()
        replication.seed = UInt64(settings.seed)
        self.regions = try await SQLiteRegions.open(
            in: folder.path,
            schema: settings.worksets.schema,
            regions: settings.regions,
            replication: replication
        )
        self.timeline = Timeline(console, start: self.time.now)
    }

    func run() async throws -> DemoReport {
        let database = try WorksetDatabase(
            regions: self.regions.endpoints.map { endpoint in
                let backend = RecordingBackend(region: endpoint.region, base: endpoint.backend, tally: self.tally)
                return RegionEndpoint(endpoint.region, backend)
            },
            configuration: self.settings.worksets,
            observers: [self.timeline],
            services: [self.regions]
        )
        let moments = try await withMultiRegionStore(database.store) { _ in try await self.play(database) }
        // The store has closed the files; what counts is what a new reader finds in them.
        let verification = Verification(self.ledger.records, try await self.rows())
        let counts = self.tally.counts
        let back = self.timeline.moved(to: self.settings.primary)
        return DemoReport(
            settings: self.settings,
            counts: counts,
            verification: verification,
            failover: counts.failover.map { moments.failure.duration(to: $0.time) },
            failback: back.map { moments.recovery.duration(to: $0) },
            hasSettled: moments.settled,
            integrity: self.regions.stores.compactMap { store in
                SQLiteStore.integrityProblem(ofFileAt: store.path).map { "\(store.region): \($0)" }
            },
            timeline: self.timeline.json
        )
    }

    private func rows() async throws -> [Region: [String: ReplicaRow]] {
        var rows: [Region: [String: ReplicaRow]] = [:]
        for file in self.regions.stores {
            let store = try SQLiteStore.open(
                SQLiteStore.Configuration(path: file.path, region: file.region, schema: file.schema)
            )
            let context = self.context(.seconds(5))
            var last: Key?
            repeat {
                let page = try await store.allRows(after: last, limit: 256, in: context)
                for row in page { rows[store.region, default: [:]][row.key.partition.string ?? ""] = row }
                last = page.last?.key
            } while last != nil
            await store.shutdown()
        }
        return rows
    }

    private func context(_ limit: Duration) -> AttemptContext {
        AttemptContext(
            deadline: self.time.now.advanced(by: limit),
            operation: OperationID(high: 0, low: 0),
            time: self.time
        )
    }
}

// MARK: - The play

extension Demo {
    private func play(_ database: WorksetDatabase) async throws -> Moments {
        let primary = self.regions.stores[0]
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { self.isOver.store(true, ordering: .relaxed) }
            self.tell(
                "trafficStarted",
                self.settings.primary,
                "\(self.settings.clients) clients begin to work on HG001 to HG007 and generated worksets"
            )
            for number in 1...self.settings.clients {
                var client = Client(
                    number,
                    self.settings,
                    database: database,
                    ledger: self.ledger,
                    tally: self.tally,
                    isOver: { self.isOver.load(ordering: .relaxed) }
                )
                group.addTask {
                    if number == 1 { await client.registerReferences() }
                    try await client.run()
                }
            }
            group.addTask { try await self.watch(database.store) }
            try await self.time.sleep(for: self.settings.calm)
            let failure = try await self.fail(primary)
            try await self.time.sleep(for: self.settings.outage)
            let recovery = try await self.recover(primary)
            try await self.awaitReturn()
            try await self.time.sleep(for: self.settings.epilogue)
            self.isOver.store(true, ordering: .relaxed)
            try await group.waitForAll()
            self.tell("trafficStopped", nil, "traffic stops: \(self.tally.counts.operations.grouped) operations")
            let settled = try await self.regions.replicator.settle(within: self.settings.settling)
            self.tell("settled", nil, "replication has \(settled ? "" : "not ")settled", settled ? .green : .red)
            self.timeline.print(at: self.time.now, isEnd: true)
            return Moments(failure: failure, recovery: recovery, settled: settled)
        }
    }

    /// Makes the primary fail, as another process would: through its control file.
    ///
    /// - Returns: When it last answered.
    private func fail(_ primary: SQLiteStore) async throws -> MonotonicInstant {
        self.tally.awaitFailover()
        try SQLiteEmulation(fault: SQLiteEmulation.Timed(.outage)).save(for: primary.path)
        var last = self.time.now
        while await self.answers(primary) {
            last = self.time.now
            try await self.time.sleep(for: .milliseconds(1))
        }
        self.tally.enter(.outage)
        self.tell(
            "faultBegan",
            primary.region,
            "\(primary.region) fails: an outage, by its control file",
            .red,
            at: last
        )
        return last
    }

    /// Ends the outage.
    ///
    /// - Returns: When the primary answered again.
    private func recover(_ primary: SQLiteStore) async throws -> MonotonicInstant {
        try SQLiteEmulation.none.save(for: primary.path)
        while await !self.answers(primary) { try await self.time.sleep(for: .milliseconds(1)) }
        self.tally.enter(.returning)
        self.tell("faultEnded", primary.region, "\(primary.region) answers again", .green)
        return self.time.now
    }

    private func answers(_ store: SQLiteStore) async -> Bool {
        (try? await store.load("HG001", .consistent, in: self.context(.milliseconds(200)))) != nil
    }

    /// Waits until reads and writes are back in the primary, or patience is over.
    private func awaitReturn() async throws {
        let primary = self.settings.primary
        let end = self.time.now.advanced(by: self.settings.patience)
        var shares = [0.01, 0.3]
        while self.timeline.moved(to: primary) == nil, self.time.now < end {
            let share = self.tally.counts.readShare(of: primary)
            if let next = shares.first, share >= next {
                shares.removeFirst()
                let percent = Int((share * 100).rounded())
                let text = shares.isEmpty ? "\(percent) % of the reads are back" : "the first reads are back"
                let entry = Timeline.Entry(time: self.time.now, text: "\(text) in \(primary)")
                self.timeline.add(entry)
            }
            try await self.time.sleep(for: .milliseconds(20))
        }
        self.tally.enter(.restored)
    }

    /// Prints what happens, and a line that moves, until traffic is over.
    private func watch(_ store: MultiRegionStore) async throws {
        while !self.isOver.load(ordering: .relaxed) {
            self.timeline.print(at: self.time.now)
            let seconds = self.timeline.milliseconds(self.time.now) / 1000
            let tenths = Int(seconds * 10)
            let reads = store.activeRegion(for: .read)?.name ?? "–"
            let writes = store.activeRegion(for: .write)?.name ?? "–"
            self.console.progress(
                self.console.styled("\(tenths / 10).\(tenths % 10) s".aligned(to: 9), .dim)
                    + "  reads \(reads)  writes \(writes)  \(self.tally.counts.operations.grouped) operations"
            )
            try await self.time.sleep(for: .milliseconds(50))
        }
        self.console.progress(nil)
    }

    private func tell(
        _ name: String,
        _ region: Region?,
        _ text: String,
        _ style: Console.Style? = nil,
        at time: MonotonicInstant? = nil
    ) {
        self.timeline.add(
            Timeline.Entry(time: time ?? self.time.now, name: name, region: region, text: text, style: style)
        )
    }
}
