import RegionKitCore
import RegionKitTesting

/// A store over scripted regions on a manual clock.
struct StoreFixture {
    static let schema = TableSchema(name: "worksets", partitionKey: "id")
    static let trusted = BackendCapabilities(honoursDeadlines: true, deduplicatesWrites: true, refusesLateWrites: true)

    let time = ManualTime()
    let backends: [ScriptedBackend]
    let store: MultiRegionStore

    init(
        _ count: Int = 3,
        capabilities: BackendCapabilities = StoreFixture.trusted,
        policy: any RoutingPolicy = .primaryFirst,
        probe: any HealthProbe = BackendProbe(),
        observers: [any RegionObserver] = [],
        services: [any StoreService] = [],
        _ change: (inout StoreConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = StoreConfiguration()
        // Without jitter a test could not tell how far to move the clock; 1 ns makes every back-off zero.
        configuration.retry.baseBackoff = .nanoseconds(1)
        configuration.retry.maximumBackoff = .nanoseconds(1)
        change(&configuration)
        let backends = (0..<count).map { _ in ScriptedBackend(capabilities: capabilities) { _, _ in .succeed } }
        self.backends = backends
        self.store = try MultiRegionStore(
            schema: Self.schema,
            regions: backends.enumerated().map { RegionEndpoint(Region("region-\($0)"), $1) },
            policy: policy,
            probe: probe,
            configuration: configuration,
            observers: observers,
            services: services,
            time: self.time
        )
    }

    /// How many operations each region was asked for.
    var asked: [Int] { self.backends.map(\.requests.count) }

    func answer(_ positions: Int..., with answer: ScriptedBackend.Answer) {
        for position in positions { self.backends[position].setAnswer(answer) }
    }
}

extension ScriptedBackend.Answer {
    /// A failure of a class.
    static func fail(_ failure: FailureClass, _ code: ErrorCode = .unavailable) -> ScriptedBackend.Answer {
        .fail(BackendError(failure, code, "scripted"))
    }
}

/// Runs an operation and answers with the error it throws; nil when it succeeds.
func failure(of operation: () async throws -> some Sendable) async -> RegionError? {
    do {
        _ = try await operation()
        return nil
    } catch {
        return error as? RegionError
    }
}

extension StoreFixture {
    /// Runs an operation while the clock moves on whenever somebody sleeps.
    func slept<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await self.time.flowing(operation)
    }
}
