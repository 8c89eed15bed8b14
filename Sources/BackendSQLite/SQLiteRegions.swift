internal import Foundation
public import RegionKitCore

/// The regions of one table as SQLite files in one folder, with replication between them.
///
/// ```swift
/// let regions = try await SQLiteRegions.open(in: "data", schema: schema, regions: ["us-west-2", "us-east-1"])
/// let store = try MultiRegionStore(schema: schema, regions: regions.endpoints, services: regions.services)
/// ```
///
/// Several processes may open the same folder at once. Every process whose store runs also replicates.
public struct SQLiteRegions: Sendable {
    /// The regions' stores, in order.
    public let stores: [SQLiteStore]
    /// What carries changes between them.
    public let replicator: Replicator
    /// What a ``MultiRegionStore`` is made from, in order.
    public let endpoints: [RegionEndpoint]
    /// What must run along with the store: replication, and the emulation of its links.
    public let services: [any StoreService]

    /// Opens a file for each region, `<region>.sqlite`, and makes new ones ready for their first write.
    ///
    /// - Parameters:
    ///   - folder: Where the files are; created with mode 0700 when it is missing. A relative path starts at the
    ///     process's current folder.
    ///   - schema: The table.
    ///   - regions: The regions, the primary first.
    ///   - replication: How changes are carried.
    ///   - time: The clocks.
    ///   - adjust: Changes how a region's file is opened.
    /// - Throws: ``ConfigurationError`` when a name or a setting cannot work, ``BackendError`` when a file cannot be
    ///   opened; it names the file and what to do. Files that are not RegionKit's are left untouched.
    public static func open(
        in folder: String,
        schema: TableSchema,
        regions: [Region],
        replication: Replicator.Configuration = Replicator.Configuration(),
        time: any TimeSource = SystemTime(),
        adjust: (inout SQLiteStore.Configuration) -> Void = { _ in }
    ) async throws -> SQLiteRegions {
        for (index, region) in regions.enumerated() where !region.isValid {
            throw ConfigurationError(
                field: "regions[\(index)]",
                "found \(region.name.prefix(80).debugDescription); a name is 1 to 63 of a-z, 0-9 and -, not starting with -"
            )
        }
        let folder = URL(fileURLWithPath: folder).standardizedFileURL.path
        try Self.createIfMissing(folder)
        let files = regions.map { region in
            var configuration = SQLiteStore.Configuration(
                path: "\(folder)/\(region).sqlite", region: region, schema: schema)
            adjust(&configuration)
            return configuration
        }
        return try await Self.open(files, replication: replication, time: time)
    }

    /// Opens regions whose files are given one by one.
    ///
    /// - Throws: As ``open(in:schema:regions:replication:time:adjust:)``.
    public static func open(
        _ files: [SQLiteStore.Configuration],
        replication: Replicator.Configuration = Replicator.Configuration(),
        time: any TimeSource = SystemTime()
    ) async throws -> SQLiteRegions {
        var stores: [SQLiteStore] = []
        do {
            for file in files { stores.append(try SQLiteStore.open(file)) }
            let regions = SQLiteRegions(stores, replication, time)
            try await regions.replicator.prepare()
            return regions
        } catch {
            for store in stores { await store.shutdown() }
            throw error
        }
    }

    private init(_ stores: [SQLiteStore], _ replication: Replicator.Configuration, _ time: any TimeSource) {
        self.stores = stores
        self.replicator = Replicator(stores, configuration: replication, time: time)
        self.endpoints = stores.map { RegionEndpoint($0.region, ReplicaBackend($0)) }
        self.services = [self.replicator, EmulatedLinks(stores: stores, replicator: self.replicator, time: time)]
    }

    private static func createIfMissing(_ folder: String) throws(BackendError) {
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw BackendError(
                .unavailable,
                .unavailable,
                "\(folder) cannot be created as a folder; choose another one, or make it writable for this user."
            )
        }
    }
}
