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
            var files: [SQLiteStore.Configuration] = []
            var owners: [String: Region] = [:]
            for (index, location) in locations.enumerated() {
                guard !location.address.isEmpty, !location.address.utf8.contains(0) else {
                    throw ConfigurationError(
                        field: "regions[\(index)].backend",
                        "found \(location.url.debugDescription); a path must follow the scheme, as in sqlite:data/us-west-2.sqlite"
                    )
                }
                let path = SQLiteStore.path(of: location, in: context.folder)
                var file = SQLiteStore.Configuration(path: path, region: location.region, schema: schema)
                configure(&file)
                let place = Self.place(of: file.path)
                if let owner = owners.updateValue(location.region, forKey: place) {
                    throw ConfigurationError(
                        field: "regions[\(index)].backend",
                        "\(location.region) and \(owner) have the same file, \(place); each region needs its own"
                    )
                }
                files.append(file)
            }
            for file in files {
                try DatabaseFile.createFolder(URL(fileURLWithPath: file.path).deletingLastPathComponent().path)
            }
            let regions = try await SQLiteRegions.open(files, time: context.time, onEvent: context.onReplication)
            return Deployment(endpoints: regions.endpoints, services: [regions], replicator: regions.replicator)
        }
    }

    /// The absolute path; what exists of it holds no symbolic link.
    private static func place(of path: String) -> String {
        var url = URL(fileURLWithPath: path).standardizedFileURL
        // A longer path names no file, and opening it tells so.
        guard url.path.utf8.count < PATH_MAX else { return url.path }
        var missing: [String] = []
        while url.path != "/", !FileManager.default.fileExists(atPath: url.path) {
            missing.append(url.lastPathComponent)
            url.deleteLastPathComponent()
        }
        return missing.reversed().reduce(url.resolvingSymlinksInPath()) { $0.appending(path: $1) }.path
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
