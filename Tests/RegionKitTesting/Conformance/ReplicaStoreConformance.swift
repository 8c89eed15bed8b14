public import RegionKitCore

/// Checks that a ``ReplicaStore`` keeps its contract.
///
/// ```swift
/// let failures = await ReplicaStoreConformance { region, schema in try await makeStore(region, schema) }.run()
/// #expect(failures.isEmpty)
/// ```
///
/// The suite asks for a new, empty store for every rule and shuts it down afterwards; the regions' names differ. What a
/// store does for queries is checked by ``BackendConformance`` over a ``ReplicaBackend``.
public struct ReplicaStoreConformance: Sendable {
    /// One promise and how it is checked.
    struct Rule: Sendable {
        var name: String
        var applies: @Sendable (BackendCapabilities) -> Bool = { _ in true }
        /// Whether the store is let take writes before the check.
        var isReady = true
        var check: @Sendable (ReplicaStoreTrial) async throws -> Void
    }

    private let time: any TimeSource
    private let makeStore: @Sendable (Region, TableSchema) async throws -> any ReplicaStore

    /// Prepares the suite.
    ///
    /// - Parameters:
    ///   - time: The clock of all contexts; the suite sleeps on it for some milliseconds, so it must not stand still.
    ///   - makeStore: Makes a new and empty store of a region.
    public init(
        time: any TimeSource = SystemTime(),
        makeStore: @escaping @Sendable (Region, TableSchema) async throws -> any ReplicaStore
    ) {
        self.time = time
        self.makeStore = makeStore
    }

    /// The table the suite uses.
    public static let schema = BackendConformance.texts

    static let rules: [Rule] = [commitRules, operationRules, logRules, applyRules, leaseRules, lifeRules].flatMap(
        \.self
    )

    /// Checks every rule.
    ///
    /// - Returns: What is not as it should be; empty for an implementation that conforms.
    public func run() async -> [ConformanceFailure] {
        var failures: [ConformanceFailure] = []
        for (number, rule) in Self.rules.enumerated() {
            let log = ConformanceLog(rule: rule.name)
            do {
                let region = Region("conformance-\(number)")
                let store = try await self.makeStore(region, Self.schema)
                if rule.applies(store.capabilities) {
                    let trial = ReplicaStoreTrial(store: store, time: self.time, log: log)
                    log.expect("the region", store.region, equals: region)
                    log.expect("the schema", store.schema, equals: Self.schema)
                    if rule.isReady { try await trial.markReady() }
                    try await rule.check(trial)
                }
                await store.shutdown()
            } catch {
                log.fail("an operation", expected: "no error", found: "\(error)")
            }
            failures += log.failures
        }
        return failures
    }
}
