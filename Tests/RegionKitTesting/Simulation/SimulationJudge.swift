internal import RegionKitCore

/// Watches a simulation: counts what its report tells, and checks the promises.
///
/// It is told what truly happens at each end of every way, and knows nothing of how the machines under test work.
struct SimulationJudge: Sendable {
    /// What one client has seen of one region, for one kind of operation.
    struct Sight: Hashable, Sendable {
        var isUnhealthy = false
        /// Since when it is no longer unhealthy; nil when it never was.
        var recovered: MonotonicInstant?
        /// Faults in a row, of attempts that began since then.
        var consecutive = 0
        /// When the last of these faults were, up to as many as matter.
        var faults: [MonotonicInstant] = []
    }

    /// What a read may not be older than.
    struct Expectation: Sendable {
        var anywhere: Version?
        /// By position.
        var inRegion: [Version?]
    }

    /// One client.
    struct Client: Sendable {
        /// By kind and the region's position.
        var sights: [OperationKind: [Sight]]
        var evacuated = RegionSet()
        /// When operators gave a region back, by position.
        var restored: [MonotonicInstant?]
        var inFlight = 0
        var operations = 0
        var attempts = 0
        /// The counts when all regions had gone; nil while any is there.
        var outage: (time: MonotonicInstant, operations: Int, attempts: Int, inFlight: Int)?
        /// Changes of the route away from the region that flaps, or to it, by kind.
        var routeChanges: [OperationKind: Int] = [:]
    }

    /// What is known of one item over all regions.
    struct Truth: Sendable {
        /// The newest version anywhere, and the operation that wrote it.
        var newest: Version?
        var operation: OperationID?
        /// The newest that a caller knows of.
        var acknowledged: Version?
        /// The same for each region that acknowledged writes, by position.
        var local: [Version?]
    }

    let scenario: Scenario
    let groups: [Scenario.Clients]
    let start: MonotonicInstant
    var report: SimulationReport
    var clients: [Client]
    var truths: [Key: Truth] = [:]
    /// The newest version that each region gave, applied or returned, by position.
    var newest: [Version?]
    /// Where each conditional write was done, by id.
    var conditional: [OperationID: Int] = [:]
    var latencies: [UInt32] = []
    /// The clients that the first fault cost a failed attempt.
    var struck: Set<Int> = []
    /// When each client gave the region of the first fault up while it lasted, and when its writes came back.
    var left: [Int: MonotonicInstant] = [:]
    var returned: [Int: MonotonicInstant] = [:]
    let firstFault: ScenarioFault?
    /// While the first fault lasts.
    let fault: Range<MonotonicInstant>
    /// The region that goes down and up, while it is the only fault.
    var flapping: (region: Int, clients: String?, noticed: MonotonicInstant)?
    /// How many clients find each region unhealthy, by position.
    var unhealthy: [Int]
    /// Whether all that counts has happened.
    var isOver = false
    private var trace = TraceHash()

    init(_ scenario: Scenario, policy: String, seed: UInt64, start: MonotonicInstant) {
        self.scenario = scenario
        self.start = start
        self.groups = scenario.clients.flatMap { group in Array(repeating: group, count: group.count) }
        self.report = SimulationReport(
            scenario: scenario.name,
            policy: policy,
            seed: seed,
            regions: scenario.regions,
            clients: self.groups.count,
            duration: scenario.duration
        )
        let client = Client(
            sights: [.read: scenario.regions.map { _ in Sight() }, .write: scenario.regions.map { _ in Sight() }],
            restored: scenario.regions.map { _ in nil }
        )
        self.clients = self.groups.map { _ in client }
        self.newest = scenario.regions.map { _ in nil }
        self.unhealthy = scenario.regions.map { _ in 0 }
        self.firstFault = scenario.faults.filter { fault in
            fault.region != nil && fault.kind.strikesRegion && fault.start < scenario.duration
        }
        .min { $0.start < $1.start }
        let began = self.firstFault?.start ?? scenario.duration
        let end = min(scenario.duration, self.firstFault?.duration.map { began + $0 } ?? scenario.duration)
        self.fault = start.advanced(by: began)..<start.advanced(by: max(began, end))
    }

    mutating func violated(_ promise: String, _ message: String, at now: MonotonicInstant) {
        // One that is broken a thousand times says no more than the first few.
        guard self.report.violations.count(where: { $0.promise == promise }) < 10 else { return }
        let elapsed = self.start.duration(to: now)
        self.report.violations.append(.init(promise: promise, time: elapsed, message: message))
    }

    func name(_ position: Int) -> Region { self.scenario.regions[position] }

    /// Notes something for the trace.
    mutating func trace(_ parts: UInt64..., at now: MonotonicInstant) {
        self.trace.add(UInt64(bitPattern: now.nanoseconds))
        for part in parts { self.trace.add(part) }
    }

    /// Changes what happened within a second; those after the load belong to no second.
    mutating func second(at now: MonotonicInstant, _ change: (inout SimulationReport.Second) -> Void) {
        let second = Int(self.start.duration(to: now) / .seconds(1))
        self.fillTimeline(to: second)
        if second < self.report.timeline.count { change(&self.report.timeline[second]) }
    }

    private mutating func fillTimeline(to second: Int) {
        let seconds = Int((self.scenario.duration / .seconds(1)).rounded(.up))
        while self.report.timeline.count <= second, self.report.timeline.count < seconds {
            var next = SimulationReport.Second(regions: self.scenario.regions.count)
            next.unhealthy = self.unhealthy
            self.report.timeline.append(next)
        }
    }

    /// The report, when all is over.
    mutating func finish() -> SimulationReport {
        self.fillTimeline(to: .max - 1)
        self.latencies.sort()
        func quantile(_ share: Double) -> Duration? {
            guard !self.latencies.isEmpty else { return nil }
            let rank = Int((share * Double(self.latencies.count)).rounded(.up))
            return .microseconds(Int64(self.latencies[max(0, rank - 1)]))
        }
        self.report.medianLatency = quantile(0.5)
        self.report.latency99 = quantile(0.99)
        let left = self.left.filter { self.struck.contains($0.key) }.values.max()
        self.report.failover = left.map { self.fault.lowerBound.duration(to: $0) }
        self.report.failback = self.returned.values.max().map { self.fault.upperBound.duration(to: $0) }
        self.report.traceHash = self.trace.value
        return self.report
    }
}

extension ScenarioFault.Kind {
    /// Whether it is a fault of one region, which operations may flee from.
    var strikesRegion: Bool {
        switch self {
        case .clockSkew, .linkLag, .linkCut, .clientRestart, .evacuation: false
        default: true
        }
    }
}
