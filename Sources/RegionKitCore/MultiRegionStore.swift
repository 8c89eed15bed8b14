internal import Synchronization

/// One table that lives in several regions: every operation goes to the best healthy region and moves on when that
/// region fails.
///
/// ```swift
/// let store = try MultiRegionStore(schema: schema, regions: endpoints)
/// try await store.put(["workset_id": "ws-001", "state": "ready"])
/// let answer = try await store.get("ws-001")
/// ```
///
/// All methods may be called any number of times at once, from any thread. Operations throw ``RegionError`` and return
/// within their deadline + 50 ms. The store starts no task of its own: ``run()`` probes the regions, delivers events and
/// runs services such as replication. Without it operations work too; health then follows the traffic alone.
public final class MultiRegionStore: Sendable {
    /// The table.
    public let schema: TableSchema
    /// The regions in order, the primary first.
    public let regions: [Region]

    let engine: FailoverEngine
    let monitor: HealthMonitor
    /// What was last obeyed of manual control that is kept in a file.
    let obeyed = Mutex(ManualControl())
    private let services: [any StoreService]
    private let control: ControlFile?
    private let hasRun = Atomic<Bool>(false)

    /// Creates a store.
    ///
    /// Nothing is contacted.
    ///
    /// - Parameters:
    ///   - schema: The table.
    ///   - regions: 1 to 64 regions in order of preference; the first is the primary.
    ///   - policy: Chooses the region of an operation. The primary first by default.
    ///   - probe: How a region is checked.
    ///   - configuration: Deadlines, health, retries.
    ///   - observers: Who is told what happens.
    ///   - services: What runs along with the store, for example a ``Replicator``.
    ///   - control: Where operators keep manual control; ``run()`` looks at it every 200 ms.
    ///   - time: The clocks.
    /// - Throws: ``ConfigurationError``, naming the field, what was found and what is allowed.
    public convenience init(
        schema: TableSchema,
        regions: [RegionEndpoint],
        policy: any RoutingPolicy = .primaryFirst,
        probe: any HealthProbe = BackendProbe(),
        configuration: StoreConfiguration = StoreConfiguration(),
        observers: [any RegionObserver] = [],
        services: [any StoreService] = [],
        control: ControlFile? = nil,
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        try self.init(
            schema: schema,
            regions: regions,
            policy: policy,
            probe: probe,
            configuration: configuration,
            observers: observers,
            services: services,
            control: control,
            time: time,
            seed: .random(in: .min ... .max),
            executor: nil
        )
    }

    /// Creates a store whose choices follow from a seed and whose tasks all run where its callers' do, so that a
    /// simulation goes the same way each time.
    package init(
        schema: TableSchema,
        regions: [RegionEndpoint],
        policy: any RoutingPolicy,
        probe: any HealthProbe = BackendProbe(),
        configuration: StoreConfiguration,
        observers: [any RegionObserver],
        services: [any StoreService],
        control: ControlFile? = nil,
        time: any TimeSource,
        seed: UInt64,
        executor: (any TaskExecutor)?
    ) throws(ConfigurationError) {
        try configuration.validate()
        try Self.validate(regions)
        do throws(ValidationError) {
            try schema.validate()
        } catch {
            throw ConfigurationError(field: "table", error.message)
        }
        self.schema = schema
        self.regions = regions.map(\.region)
        self.services = services
        self.control = control
        self.engine = FailoverEngine(
            schema: schema,
            endpoints: regions,
            policy: policy,
            configuration: configuration,
            relays: observers.map { EventRelay($0, capacity: configuration.eventBuffer) },
            time: time,
            seed: seed,
            executor: executor
        )
        self.monitor = HealthMonitor(engine: self.engine, probe: probe, services: services)
    }

    /// Creates a store of what a configuration says.
    ///
    /// - Parameters:
    ///   - configuration: The table, the policy, deadlines, health, where manual control is kept.
    ///   - deployment: Its regions, opened.
    ///   - observers: Who is told what happens.
    ///   - time: The clocks.
    /// - Throws: ``ConfigurationError``, naming the field, what was found and what is allowed.
    public convenience init(
        _ configuration: DeploymentConfiguration,
        _ deployment: BackendPlugIn.Deployment,
        observers: [any RegionObserver] = [],
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        try self.init(
            schema: configuration.schema,
            regions: deployment.endpoints,
            policy: configuration.policy,
            configuration: configuration.store,
            observers: observers,
            services: deployment.services,
            control: configuration.control,
            time: time
        )
    }

    private static func validate(_ regions: [RegionEndpoint]) throws(ConfigurationError) {
        guard (1...RegionSet.capacity).contains(regions.count) else {
            throw ConfigurationError(
                field: "regions",
                "found \(regions.count) regions; allowed is 1 to \(RegionSet.capacity)"
            )
        }
        var seen: [Region: Int] = [:]
        var origins: [Origin: Region] = [:]
        for (index, region) in regions.map(\.region).enumerated() {
            guard region.isValid else {
                throw ConfigurationError(
                    field: "regions[\(index)]",
                    "found \(region.name.prefix(80).debugDescription); a name is 1 to 63 of a-z, 0-9 and -, not starting with -"
                )
            }
            if let first = seen.updateValue(index, forKey: region) {
                throw ConfigurationError(
                    field: "regions[\(index)]",
                    "\(region) is listed twice, first as regions[\(first)]"
                )
            }
            if let other = origins.updateValue(region, forKey: Origin(region)) {
                throw ConfigurationError(
                    field: "regions[\(index)]",
                    "\(region) and \(other) have the same origin number; rename one"
                )
            }
        }
    }

    /// Probes the regions, delivers events to the observers and runs the services until the task is cancelled.
    ///
    /// Call it once. It returns normally when its task is cancelled; nothing keeps running then.
    ///
    /// - Throws: A service's error, or ``RegionError`` when it is called a second time.
    public func run() async throws {
        guard !self.hasRun.exchange(true, ordering: .relaxed) else {
            throw RegionError(.validation, "run() was called before; a store runs once")
        }
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await self.monitor.run() }
                for relay in self.engine.relays { group.addTask { await relay.run() } }
                for service in self.services { group.addTask { try await service.run() } }
                if let control = self.control { group.addTask { try await self.follow(control) } }
                defer { group.cancelAll() }
                for try await _ in group where Task.isCancelled { break }
            }
        } catch  where Task.isCancelled {
            return
        }
    }

    /// Refuses new operations, waits for those under way, then shuts the backends down.
    ///
    /// - Parameter drain: How long to wait; operations still under way then fail with the backend's shutdown.
    /// - Returns: The regions that still had operations under way when the wait was over; empty normally.
    @discardableResult
    public func shutdown(drain: Duration = .seconds(5)) async -> [Region] {
        self.engine.state.withLock { $0.isClosed = true }
        let deadline = self.engine.time.now.advanced(by: drain)
        while !self.busyRegions().isEmpty, self.engine.time.now < deadline {
            do { try await self.engine.time.sleep(for: .milliseconds(5)) } catch { break }
        }
        await withTaskGroup(of: Void.self) { group in
            for endpoint in self.engine.endpoints { group.addTask { await endpoint.backend.shutdown() } }
        }
        for relay in self.engine.relays { relay.finish() }
        return self.busyRegions()
    }

    private func busyRegions() -> [Region] {
        self.engine.state.withLock { $0.board.snapshot.regions.filter { $0.inFlight > 0 }.map(\.region) }
    }
}
