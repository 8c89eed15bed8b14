internal import RegionKitCore
internal import Synchronization
internal import Worksets

/// The main job from end to end: clients work on worksets in three regions, the primary fails and comes back.
final class Demo: Sendable {
    private let settings: DemoSettings
    private let console: Console
    private let time = SystemTime()
    private let timeline: Timeline
    private let tally: Tally
    private let ledger = Ledger()
    private let regions: any DemoRegions
    private let isOver = Atomic(false)

    /// What was measured on the way.
    private struct Moments {
        var failure: MonotonicInstant
        var recovery: MonotonicInstant
        var settled: Bool
    }

    init(_ settings: DemoSettings, _ regions: any DemoRegions, _ console: Console) {
        self.settings = settings
        self.console = console
        self.tally = Tally(primary: settings.primary)
        self.regions = regions
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
            services: self.regions.services
        )
        let moments = try await withMultiRegionStore(database.store) { _ in try await self.play(database) }
        // The store has closed the regions; what counts is what a new reader finds in them.
        let verification = Verification(self.ledger.records, try await self.regions.rows())
        let counts = self.tally.counts
        let back = self.timeline.moved(to: self.settings.primary)
        return DemoReport(
            settings: self.settings,
            counts: counts,
            verification: verification,
            failover: counts.failover.map { moments.failure.duration(to: $0.time) },
            failback: back.map { moments.recovery.duration(to: $0) },
            hasSettled: moments.settled,
            integrity: self.regions.problems(),
            timeline: self.timeline.json
        )
    }
}

// MARK: - The play

extension Demo {
    private func play(_ database: WorksetDatabase) async throws -> Moments {
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
            let failure = try await self.fail()
            try await self.time.sleep(for: self.settings.outage)
            let recovery = try await self.recover()
            try await self.awaitReturn()
            try await self.time.sleep(for: self.settings.epilogue)
            self.isOver.store(true, ordering: .relaxed)
            try await group.waitForAll()
            self.tell("trafficStopped", nil, "traffic stops: \(self.tally.counts.operations.grouped) operations")
            let settled = try await self.regions.settle(within: self.settings.settling)
            self.tell("settled", nil, "replication has \(settled ? "" : "not ")settled", settled ? .green : .red)
            self.timeline.print(at: self.time.now, isEnd: true)
            return Moments(failure: failure, recovery: recovery, settled: settled)
        }
    }

    /// Makes the primary fail.
    ///
    /// - Returns: When it last answered.
    private func fail() async throws -> MonotonicInstant {
        self.tally.awaitFailover()
        let last = try await self.regions.fail()
        self.tally.enter(.outage)
        let primary = self.settings.primary
        self.tell("faultBegan", primary, "\(primary) fails: \(self.regions.failure)", .red, at: last)
        return last
    }

    /// Ends the failure.
    ///
    /// - Returns: When the primary answered again.
    private func recover() async throws -> MonotonicInstant {
        let first = try await self.regions.recover()
        self.tally.enter(.returning)
        self.tell("faultEnded", self.settings.primary, "\(self.settings.primary) answers again", .green)
        return first
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
