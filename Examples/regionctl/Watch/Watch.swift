internal import RegionKitCore
internal import Synchronization

/// `status --watch`: looks at the regions again and again, and shows what it sees.
///
/// Every region is checked every second by the store's own monitor, so a region that recovers is asked only as its health
/// allows, and one that hangs delays nobody.
final class Watch: RegionObserver {
    /// How often something is looked at that costs nothing.
    private static let tick = Duration.milliseconds(200)
    /// How often the screen is drawn, and a document printed, where nothing changes.
    private static let interval = Duration.seconds(1)
    /// How long regions that could not be opened are left alone.
    private static let retryInterval = Duration.seconds(5)

    private struct Shared {
        var state: WatchState
        var distances: [Region: ReplicaDistance] = [:]
        /// Whether regions that could not be opened can be now.
        var isRepaired = false
    }

    private let invocation: Invocation
    private let configuration: DeploymentConfiguration
    private let console: Console
    private let time = SystemTime()
    private let shared: Mutex<Shared>

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        self.console = invocation.console
        self.configuration = try invocation.configuration()
        let count = self.configuration.regions.count
        let regions = count == 1 ? "1 region" : "\(count) regions"
        let title = "\(self.configuration.schema.name) in \(regions), \(self.configuration.policy)"
        self.shared = Mutex(Shared(state: WatchState(title: title)))
    }

    /// Watches until the command is cancelled, or nobody reads any more.
    func run() async throws -> ExitCode {
        let screen = self.console.isTerminal && !self.console.isJSON ? Screen(self.console) : nil
        defer { screen?.close() }
        if let screen { self.draw(on: screen) }
        do {
            while self.console.hasReader {
                try await self.invocation.withTable(
                    self.configuration,
                    hasMetrics: true,
                    adjust: { configuration in
                        let health = configuration.store.health
                        configuration.store.health.checkInterval = min(health.checkInterval, Self.interval)
                        // There is no traffic to spare from a region that recovers.
                        configuration.store.health.maximumCooldown = health.cooldown
                    },
                    observers: [self],
                    onReplication: { self.note($0) },
                    { table in try await self.watch(table, screen) }
                )
            }
        } catch  where Task.isCancelled {
            return .interrupted
        }
        return self.shared.withLock { $0.state.report?.isServing } ?? false ? .done : .noRegion
    }

    func report(_ event: RegionEvent) {
        guard case .probeEnded(let region, let failure, let duration) = event.kind else { return }
        self.shared.withLock {
            $0.state.checked(region, failure == nil ? .latency(duration) : .fault, at: event.time)
        }
    }

    private func note(_ event: ReplicatorEvent) {
        // Who carries a link is of no interest to one who watches the regions.
        switch event {
        case .leaseTaken, .leaseLost: return
        default: break
        }
        let event = LogEntry(wallMilliseconds: self.time.wallMilliseconds, text: "\(event)")
        self.shared.withLock { $0.state.happened(event) }
    }

    /// Watches an open table; returns when all of it can be opened, where that was not so, or nobody reads any more.
    private func watch(_ table: OpenTable, _ screen: Screen?) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                while true {
                    let distances = await table.deployment.distances()
                    self.shared.withLock { $0.distances = distances }
                    try await self.time.sleep(for: Self.interval)
                }
            }
            self.shared.withLock { $0.isRepaired = false }
            if !table.deployment.isWhole { group.addTask { try await self.awaitRepair() } }
            var (due, size) = (self.time.now, screen?.size)
            while self.console.hasReader, !self.shared.withLock({ $0.isRepaired }) {
                let now = self.time.now
                let links = table.deployment.replicator?.links() ?? []
                let report = try StatusReport(
                    table,
                    distances: self.shared.withLock { $0.distances },
                    replication: links.isEmpty ? nil : links.contains(where: \.isHeld) ? .here : .elsewhere
                )
                let changes = self.shared.withLock { $0.state.update(report, at: now) }
                let isDue = now >= due
                if isDue { due = max(due, now.advanced(by: .zero - Self.interval)).advanced(by: Self.interval) }
                if let screen {
                    if isDue || !changes.isEmpty || screen.size != size { self.draw(on: screen) }
                    size = screen.size
                } else if !self.console.isJSON {
                    for change in changes { self.console.output(change.row) }
                } else if isDue {
                    self.console.output(report.json)
                }
                try await self.time.sleep(for: Self.tick)
            }
        }
    }

    /// Waits until all regions can be opened.
    private func awaitRepair() async throws {
        while true {
            try await self.time.sleep(for: Self.retryInterval)
            guard let deployment = try? await Deployment(self.configuration) else { continue }
            await deployment.shutdown()
            if deployment.isWhole { return self.shared.withLock { $0.isRepaired = true } }
        }
    }

    private func draw(on screen: Screen) {
        screen.draw(self.shared.withLock { $0.state.lines(screen.size) })
    }
}
