public import RegionKitCore

/// The database of worksets: one table in several regions, over any backend.
///
/// Every operation goes to the best fit region and moves on when a region fails; `region:` pins it to one region
/// instead. Writes change only the attributes that they name. Health is watched while ``MultiRegionStore/run()`` of
/// ``store`` runs; without it, the operations themselves show how regions are.
///
/// Errors are never turned into answers: `false`, nil and an empty list mean that a region said so, and a write whose
/// outcome nobody knows throws ``WorksetError/Code/outcomeUnknown``.
public struct WorksetDatabase: Sendable {
    /// The store underneath: health, events, manual control, and whatever else it can do.
    public let store: MultiRegionStore
    /// What the database is made of.
    public let configuration: WorksetConfiguration
    let time: any TimeSource

    /// Opens the database.
    ///
    /// - Parameters:
    ///   - regions: A backend for each of the configuration's ``WorksetConfiguration/activeRegions``, in any order;
    ///     others are ignored.
    ///   - configuration: What the database is made of.
    ///   - policy: Which region is best.
    ///   - probe: How a region is checked.
    ///   - observers: Who is told of events.
    ///   - services: What runs beside the store, for example a replicator.
    ///   - time: The clocks.
    /// - Throws: An error that names the field that cannot work.
    public init(
        regions: [RegionEndpoint],
        configuration: WorksetConfiguration = WorksetConfiguration(),
        policy: any RoutingPolicy = .primaryFirst,
        probe: any HealthProbe = BackendProbe(),
        observers: [any RegionObserver] = [],
        services: [any StoreService] = [],
        time: any TimeSource = SystemTime()
    ) throws(ConfigurationError) {
        try configuration.validate()
        var endpoints: [RegionEndpoint] = []
        for region in configuration.activeRegions {
            guard let endpoint = regions.first(where: { $0.region == region }) else {
                let given = WorksetConfiguration.list(regions.map(\.region))
                throw ConfigurationError(field: "regions", "\(region) is configured; backends are given for \(given)")
            }
            endpoints.append(endpoint)
        }
        self.store = try MultiRegionStore(
            schema: configuration.schema,
            regions: endpoints,
            policy: policy,
            probe: probe,
            configuration: configuration.store,
            observers: observers,
            services: services,
            time: time
        )
        self.configuration = configuration
        self.time = time
    }
}

extension WorksetDatabase {
    /// Runs an operation of the store and passes its error on.
    func asked<Value>(
        _ operation: () async throws(RegionError) -> Value
    ) async throws(WorksetError) -> Value {
        do { return try await operation() } catch { throw WorksetError(error) }
    }

    /// Runs a conditional write; a failure is its refused condition.
    func attempted(
        _ write: () async throws(RegionError) -> Routed<WriteResult>
    ) async throws(WorksetError) -> Result<Routed<WriteResult>, RegionError> {
        do { return .success(try await write()) } catch {
            guard error.code == .conditionFailed else { throw WorksetError(error) }
            return .failure(error)
        }
    }

    /// What a workset's write region knows of it.
    ///
    /// Reads may be routed elsewhere, to a region that a new workset has not reached: its "not found" is no answer.
    func current(_ id: String, in region: Region?) async throws(WorksetError) -> Routed<GetResult> {
        let found = try await self.read(id, in: region)
        let writer = self.store.activeRegion(for: .write) ?? self.configuration.primary
        guard found.value.item == nil, region == nil, writer != found.region else { return found }
        return try await self.read(id, in: writer)
    }

    /// What the region that refused a condition knows of the workset.
    func current(_ id: String, after refusal: RegionError) async throws(WorksetError) -> Routed<GetResult> {
        try await self.read(id, in: refusal.region)
    }

    private func read(_ id: String, in region: Region?) async throws(WorksetError) -> Routed<GetResult> {
        try await self.asked { () async throws(RegionError) in
            try await self.store.get(Self.key(id), consistency: .consistent, in: region)
        }
    }

    static func key(_ id: String) -> Key { Key(.string(id)) }

    /// The wall clock's time as it is stored.
    var now: AttributeValue { .string(Timestamp.text(milliseconds: self.time.wallMilliseconds)) }

    static var exists: Condition { attribute("workset_id").exists }
}
