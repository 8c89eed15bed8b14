internal import Foundation
public import RegionKitCore

extension BackendPlugIn {
    /// Regions in SQLite files: `sqlite:PATH`, the path absolute or relative to the context's folder.
    public static let sqlite = BackendPlugIn(scheme: "sqlite") { locations, schema, context in
        let files = try locations.enumerated().map { index, location in
            guard !location.address.isEmpty, !location.address.utf8.contains(0) else {
                throw ConfigurationError(
                    field: "regions[\(index)].backend",
                    "found \(location.url.debugDescription); a path must follow the scheme, as in sqlite:data/us-west-2.sqlite"
                )
            }
            let base = URL(fileURLWithPath: context.folder, isDirectory: true)
            let path = URL(fileURLWithPath: location.address, relativeTo: base).standardizedFileURL.path
            return SQLiteStore.Configuration(path: path, region: location.region, schema: schema)
        }
        let regions = try await SQLiteRegions.open(files, time: context.time)
        return Deployment(endpoints: regions.endpoints, services: [regions])
    }
}
