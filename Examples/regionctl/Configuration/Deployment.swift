internal import BackendSQLite
internal import Foundation
internal import RegionKitCore

/// The regions of a configuration, opened.
struct Deployment: Sendable {
    /// The regions whose files could be opened.
    let stores: [SQLiteStore]
    /// All regions, the primary first; one that could not be opened fails whatever it is asked.
    let endpoints: [RegionEndpoint]
    let replicator: Replicator

    /// Opens the files, and makes those that are missing.
    ///
    /// - Throws: `rejected` when a file is not what the configuration says. Any other failure is the region's own.
    init(_ configuration: DeploymentConfiguration) throws(BackendError) {
        var stores: [SQLiteStore] = []
        var endpoints: [RegionEndpoint] = []
        for place in configuration.places {
            do throws(BackendError) {
                let folder = URL(filePath: place.path).deletingLastPathComponent()
                try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                let store = try SQLiteStore.open(
                    SQLiteStore.Configuration(path: place.path, region: place.region, schema: configuration.schema)
                )
                stores.append(store)
                endpoints.append(RegionEndpoint(place.region, ReplicaBackend(store)))
            } catch  where error.failure != .rejected {
                endpoints.append(RegionEndpoint(place.region, BrokenBackend(error)))
            }
        }
        self.stores = stores
        self.endpoints = endpoints
        self.replicator = Replicator(stores)
    }
}
