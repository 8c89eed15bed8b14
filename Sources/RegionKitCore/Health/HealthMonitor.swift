internal import Synchronization

/// Probes regions while a store runs: the shell around the health machines of ``RegionBoard``.
final class HealthMonitor: Sendable {
    private struct State {
        var lastTick: MonotonicInstant?
        var second: Int64 = .min
        var probesInSecond = 0
    }

    private let engine: FailoverEngine
    private let probe: any HealthProbe
    private let services: [any StoreService]
    private let state = Mutex(State())

    init(engine: FailoverEngine, probe: any HealthProbe, services: [any StoreService]) {
        self.engine = engine
        self.probe = probe
        self.services = services
    }

    /// Looks after all regions until the task is cancelled.
    ///
    /// Each region has a loop of its own, so that a hanging probe delays no other.
    func run() async throws {
        self.setProbesDoTrials(true)
        defer {
            self.setProbesDoTrials(false)
            self.state.withLock { $0.lastTick = nil }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for position in self.engine.endpoints.indices {
                group.addTask { try await self.watch(position) }
            }
            try await group.waitForAll()
        }
    }

    /// Whether `run()` has looked at nothing for three check intervals although it is running.
    func isStalled(at now: MonotonicInstant) -> Bool {
        let limit = self.engine.configuration.health.checkInterval.wholeNanoseconds.multipliedReportingOverflow(by: 3)
        guard let last = self.state.withLock({ $0.lastTick }), !limit.overflow else { return false }
        return now.nanoseconds - last.nanoseconds > limit.partialValue
    }

    /// Probes one region now.
    func check(_ position: Int) async {
        let engine = self.engine
        let began = engine.time.now
        let backend = engine.endpoints[position].backend
        let context = AttemptContext(
            deadline: began.advanced(by: engine.configuration.health.probeTimeout),
            operation: OperationID(high: 0, low: 0),
            time: engine.time
        )
        let ticket = engine.state.withLock { $0.board.probeBegan(position, at: began) }
        let probe = self.probe
        let result: Result<ProbeReport, BackendError>
        do throws(BackendError) {
            result = .success(
                try await AttemptRace.run(
                    until: context.deadline,
                    on: engine.time,
                    executor: engine.executor,
                    { () async throws(BackendError) in try await probe.check(backend, in: context) },
                    ended: {}
                )
            )
        } catch {
            result = .failure(error)
        }
        let now = engine.time.now
        let isCancelled = Task.isCancelled
        let failure: FailureClass? = if case .failure(let error) = result { error.failure } else { nil }
        let named: Region? = if case .success(let report) = result { report.writer } else { nil }
        let writer = named.flatMap { region in engine.endpoints.firstIndex { $0.region == region } }
        let permitted = engine.permitted.write
        let event = RegionEvent.Kind.probeEnded(engine.endpoints[position].region, failure, began.duration(to: now))
        engine.change(at: now, telling: isCancelled ? nil : event) { state in
            state.board.probeEnded(
                ticket,
                result,
                isCancelled: isCancelled,
                latencyNanoseconds: now.nanoseconds - began.nanoseconds,
                at: now
            )
            if !isCancelled, let writer { state.board.writesMoved(to: writer, permitted: permitted, at: now) }
            if !isCancelled { state.board.sampleHealth(of: position, at: now) }
        }
    }

    private func watch(_ position: Int) async throws {
        let region = self.engine.endpoints[position].region
        let tick = min(
            self.engine.configuration.health.checkInterval,
            self.engine.configuration.health.recoveryProbeInterval
        )
        while true {
            let now = self.engine.time.now
            self.noteTick(at: now)
            if let lag = self.services.lazy.compactMap({ $0.replicationLag(of: region) }).first {
                self.engine.state.withLock { $0.board.lagMeasured(lag, at: position) }
            }
            let due = self.engine.state.withLock { state in
                state.board.advanceFailback(at: now)
                return state.board.probeDue(position)
            }
            if due <= now, self.mayProbe(at: now) {
                await self.check(position)
                try Task.checkCancellation()
            }
            let next = self.engine.state.withLock { $0.board.probeDue(position) }
            let wake = max(min(next, now.advanced(by: tick)), now.advanced(byNanoseconds: 1_000_000))
            try await self.engine.time.sleep(until: wake)
        }
    }

    private func noteTick(at now: MonotonicInstant) {
        let last = self.state.withLock { state in
            defer { state.lastTick = now }
            return state.lastTick
        }
        guard let last,
            now.nanoseconds - last.nanoseconds > 3 * self.engine.configuration.health.checkInterval.wholeNanoseconds
        else { return }
        self.engine.tell([.monitorStalled(last.duration(to: now))], at: now)
    }

    /// Whether one more probe may begin in this second.
    private func mayProbe(at now: MonotonicInstant) -> Bool {
        self.state.withLock { state in
            let second = now.nanoseconds / 1_000_000_000
            if second != state.second {
                state.second = second
                state.probesInSecond = 0
            }
            guard state.probesInSecond < self.engine.configuration.health.maximumProbesPerSecond else { return false }
            state.probesInSecond += 1
            return true
        }
    }

    private func setProbesDoTrials(_ doTrials: Bool) {
        var probed = PerKind(both: RegionSet())
        if doTrials {
            probed.read = RegionSet(first: self.engine.endpoints.count)
            for (position, endpoint) in self.engine.endpoints.enumerated()
            where endpoint.backend.capabilities.probesWrites {
                probed.write.insert(position)
            }
        }
        self.engine.state.withLock { $0.board.probed = probed }
    }
}
