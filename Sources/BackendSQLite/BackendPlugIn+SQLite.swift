internal import Foundation
public import RegionKitCore

extension BackendPlugIn {
    /// Regions in SQLite files: `sqlite:PATH`, the path absolute or relative to the context's folder.
    ///
    /// Folders that are missing are made, with mode 0700.
    public static let sqlite = BackendPlugIn.sqlite(configure: { _ in })

    /// As ``sqlite``, opened in another way than by default.
    ///
    /// - Parameter configure: Changes how a region's file is opened; path, region and schema are set already.
    public static func sqlite(
        configure: @escaping @Sendable (inout SQLiteStore.Configuration) -> Void
    ) -> BackendPlugIn {
        BackendPlugIn(scheme: "sqlite") { locations, schema, context in
            let files = try locations.enumerated().map { index, location in
                guard !location.address.isEmpty, !location.address.utf8.contains(0) else {
                    throw ConfigurationError(
                        field: "regions[\(index)].backend",
                        "found \(location.url.debugDescription); a path must follow the scheme, as in sqlite:data/us-west-2.sqlite"
                    )
                }
                let path = SQLiteStore.path(of: location, in: context.folder)
                // Where that fails, opening the file tells why.
                try? FileManager.default.createDirectory(
                    at: URL(fileURLWithPath: path).deletingLastPathComponent(),
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
                var file = SQLiteStore.Configuration(path: path, region: location.region, schema: schema)
                configure(&file)
                return file
            }
            let regions = try await SQLiteRegions.open(files, time: context.time, onEvent: context.onReplication)
            return Deployment(endpoints: regions.endpoints, services: [regions], replicator: regions.replicator)
        }
    }
}

extension SQLiteStore {
    /// The absolute path of a region's file that is given as a URL.
    ///
    /// - Parameter folder: The absolute folder at which a relative path starts.
    public static func path(of location: BackendPlugIn.Location, in folder: String) -> String {
        let base = URL(fileURLWithPath: folder, isDirectory: true)
        return URL(fileURLWithPath: location.address, relativeTo: base).standardizedFileURL.path
    }
}
