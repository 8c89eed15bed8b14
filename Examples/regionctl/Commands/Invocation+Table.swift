internal import Foundation
internal import Policies
internal import RegionKitCore

extension Invocation {
    /// The configuration of a command: `--config`, else the environment's, else `./regionkit.json`.
    func configuration() throws(Failure) -> DeploymentConfiguration {
        let variable = self.environment["REGIONKIT_CONFIG"]
        let named = self.arguments.value(.config) ?? (variable?.isEmpty == false ? variable : nil)
        let name = named ?? "./regionkit.json"
        guard FileManager.default.fileExists(atPath: name) else { throw .usage(Self.advice(missing: name)) }
        do throws(ConfigurationError) {
            return try DeploymentConfiguration.load(name, environment: self.environment, policies: .standard)
        } catch {
            throw .usage(error.description)
        }
    }

    /// Opens the configured table for as long as a body works with it, and closes it whatever happens.
    ///
    /// Meanwhile health is watched, changes are replicated, and manual control is obeyed, from the first operation on.
    ///
    /// - Parameters:
    ///   - configuration: The configuration, where it has been read already.
    ///   - isFrugal: Whether little is kept in memory: for commands that meet every item once.
    ///   - hasMetrics: Whether the metrics that the configuration asks for are made: for commands that run for long.
    ///   - adjust: Changes what the configuration says of the store.
    ///   - observers: Who is told what happens.
    ///   - onReplication: Told what happens to replication; must return soon.
    func withTable<Value: Sendable>(
        _ configuration: DeploymentConfiguration? = nil,
        isFrugal: Bool = false,
        hasMetrics: Bool = false,
        adjust: (inout DeploymentConfiguration) -> Void = { _ in },
        observers: [any RegionObserver] = [],
        onReplication: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in },
        _ body: @Sendable @escaping (OpenTable) async throws -> Value
    ) async throws -> Value {
        let table = try await self.open(
            configuration,
            isFrugal: isFrugal,
            hasMetrics: hasMetrics,
            adjust: adjust,
            observers: observers,
            onReplication: onReplication
        )
        return try await withMultiRegionStore(table.store) { _ in try await body(table) }
    }

    /// Opens the configured table for one who shuts its store down; nothing runs meanwhile.
    func open(
        _ configuration: DeploymentConfiguration? = nil,
        isFrugal: Bool = false,
        hasMetrics: Bool = false,
        adjust: (inout DeploymentConfiguration) -> Void = { _ in },
        observers: [any RegionObserver] = [],
        onReplication: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) async throws -> OpenTable {
        var configuration = try configuration ?? self.configuration()
        adjust(&configuration)
        let control = try configuration.control?.load()
        let metrics = hasMetrics ? try self.metrics(for: configuration) : nil
        let deployment = try await Deployment(configuration, isFrugal: isFrugal, onReplication: onReplication)
        var (parts, observers) = (deployment.parts, observers)
        if let metrics {
            parts.services.append(metrics)
            observers.append(metrics)
        }
        let store = try MultiRegionStore(configuration, parts, observers: observers)
        if let control { store.obey(control) }
        return OpenTable(configuration: configuration, deployment: deployment, store: store)
    }

    private static func advice(missing name: String) -> String {
        """
        there is no configuration \(name).
        Name another one with --config FILE or REGIONKIT_CONFIG, let `regionctl demo --keep --dir D` make
        D/regionkit.json, or write one:
          {"table": {"name": "worksets", "partitionKey": "workset_id"},
           "regions": [{"name": "us-west-2", "backend": "sqlite:us-west-2.sqlite"},
                       {"name": "us-east-1", "backend": "sqlite:us-east-1.sqlite"}]}
        """
    }
}
