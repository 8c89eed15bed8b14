internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

/// The regions of a configuration, opened.
struct Deployment: Sendable {
    /// All regions, the primary first.
    let endpoints: [RegionEndpoint]
    /// What must run along with a store that writes.
    let services: [any StoreService]

    private static let registry = BackendRegistry([.sqlite])

    /// The stores underneath, of regions that have one and could be opened.
    var stores: [SQLiteStore] {
        self.endpoints.compactMap { ($0.backend as? ReplicaBackend<SQLiteStore>)?.store }
    }

    /// Opens the regions, and makes those that do not exist yet.
    ///
    /// A region that cannot be opened fails whatever it is asked. Nothing is replicated then: with a peer out of sight
    /// nobody can tell which regions may take writes, or what may be forgotten.
    ///
    /// - Throws: `rejected` when a region is not what the configuration says, ``ConfigurationError`` when it cannot work.
    init(_ configuration: DeploymentConfiguration) async throws {
        let context = BackendPlugIn.Context(folder: configuration.folder)
        for location in configuration.locations where location.scheme == "sqlite" {
            Self.createFolder(of: Self.path(location, configuration))
        }
        do {
            let deployment = try await Self.registry.open(
                configuration.locations,
                schema: configuration.schema,
                in: context
            )
            self.init(endpoints: deployment.endpoints, services: deployment.services)
        } catch let error as BackendError where error.failure != .rejected {
            self.init(endpoints: configuration.locations.map { Self.endpoint($0, configuration) }, services: [])
        }
    }

    private init(endpoints: [RegionEndpoint], services: [any StoreService]) {
        self.endpoints = endpoints
        self.services = services
    }

    private static func endpoint(
        _ location: BackendPlugIn.Location,
        _ configuration: DeploymentConfiguration
    ) -> RegionEndpoint {
        do throws(BackendError) {
            let file = SQLiteStore.Configuration(
                path: self.path(location, configuration),
                region: location.region,
                schema: configuration.schema
            )
            return RegionEndpoint(location.region, ReplicaBackend(try SQLiteStore.open(file)))
        } catch {
            return RegionEndpoint(location.region, BrokenBackend(error))
        }
    }

    private static func path(
        _ location: BackendPlugIn.Location,
        _ configuration: DeploymentConfiguration
    ) -> String {
        let base = URL(fileURLWithPath: configuration.folder, isDirectory: true)
        return URL(fileURLWithPath: location.address, relativeTo: base).standardizedFileURL.path
    }

    /// Makes the folder of a file; where that fails, opening the file tells why.
    private static func createFolder(of path: String) {
        try? FileManager.default.createDirectory(
            at: URL(fileURLWithPath: path).deletingLastPathComponent(),
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }
}
