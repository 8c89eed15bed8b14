internal import RegionKitCore
internal import Synchronization

/// What all parts of a simulation share: the clock, the ways to the regions with the faults on them, and the judge.
final class SimulatedNetwork: Sendable {
    /// A write that is on its way for long.
    private struct Delivery: Sendable {
        var time: MonotonicInstant
        var body: @Sendable () async -> Void
    }

    let scenario: Scenario
    let seed: UInt64
    let time = ManualTime()
    let start: MonotonicInstant
    private let judgement: Mutex<SimulationJudge>
    /// The faults that last now.
    private let faults = Mutex<[ScenarioFault]>([])
    private let replicator = Mutex<Replicator?>(nil)
    private let deliveries = AsyncStream<Delivery>.makeStream(bufferingPolicy: .bufferingOldest(100_000))

    init(_ scenario: Scenario, policy: String, seed: UInt64) {
        self.scenario = scenario
        self.seed = seed
        self.start = self.time.now
        self.judgement = Mutex(SimulationJudge(scenario, policy: policy, seed: seed, start: self.time.now))
    }

    /// Tells the judge what happened, or asks.
    @discardableResult
    func judge<Answer: Sendable>(_ body: (inout SimulationJudge) -> Answer) -> Answer {
        self.judgement.withLock { body(&$0) }
    }

    /// Suspends until so long after the start.
    func sleep(until elapsed: Duration) async {
        try? await self.time.sleep(until: self.start.advanced(by: elapsed))
    }

    /// The way to a region now; `clients` is nil between regions.
    func way(to region: Region, from clients: String?) -> SimulatedWay {
        let moment = self.start.duration(to: self.time.now)
        return self.faults.withLock { SimulatedWay(to: region, from: clients, among: $0, at: moment) }
    }

    /// The regions that operators have taken out for a group of clients.
    func evacuated(for group: String) -> Set<Region> {
        self.faults.withLock { faults in
            faults.filter { $0.kind == .evacuation && $0.clients ?? group == group }
                .reduce(into: []) { $0.formUnion($1.region.map { [$0] } ?? self.scenario.regions) }
        }
    }

    /// From now on these faults last.
    func change(to faults: [ScenarioFault]) {
        self.faults.withLock { $0 = faults }
        self.judge { $0.faultsChanged(to: faults, at: self.time.now) }
    }

    /// From now on this one is told of commits, as production's is; nil at the end, because it holds the network, too.
    func nudge(_ replicator: Replicator?) { self.replicator.withLock { $0 = replicator } }

    /// A region has taken a write.
    func committed(in region: Region) { self.replicator.withLock { $0 }?.nudge(region) }

    /// Lets a write arrive later than anybody waits for it.
    func deliver(after lateness: Duration, _ body: @escaping @Sendable () async -> Void) {
        self.deliveries.continuation.yield(Delivery(time: self.time.now.advanced(by: lateness), body: body))
    }

    /// Delivers such writes until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await delivery in self.deliveries.stream {
                group.addTask {
                    guard (try? await self.time.sleep(until: delivery.time)) != nil else { return }
                    await delivery.body()
                }
            }
        }
    }
}
