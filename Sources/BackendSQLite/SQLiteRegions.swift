internal import Foundation
public import RegionKitCore
internal import Synchronization

/// Several regions on one machine, each a SQLite file of one folder, and the replication between them.
///
/// ```swift
/// let regions = try await SQLiteRegions.open(in: "data", schema: schema, regions: ["us-west-2", "us-east-1"])
/// let store = try MultiRegionStore(schema: schema, regions: regions.endpoints, services: [regions])
/// ```
///
/// As a service it replicates, and obeys link emulations: those set by ``emulate(_:from:to:)`` and those in control
/// files (``SQLiteEmulation``). Any number of processes may do so with the same folder: one carries the changes over a
/// link, and another one takes over when it ends.
public final class SQLiteRegions: StoreService {
    /// The regions' stores, in the order given.
    public let stores: [SQLiteStore]
    /// What carries changes between them.
    ///
    /// ``run()`` runs it.
    public let replicator: Replicator
    /// How often the control files' links are looked at.
    private static let linkInterval = Duration.milliseconds(100)
    private let time: any TimeSource
    /// What the replicator was told of the links from each region.
    private let links = Mutex<[Region: [Region: LinkCondition]]>([:])

    private init(
        _ stores: [SQLiteStore],
        _ configuration: Replicator.Configuration,
        _ time: any TimeSource,
        _ onEvent: @escaping @Sendable (ReplicatorEvent) -> Void
    ) {
        self.stores = stores
        self.replicator = Replicator(stores, configuration: configuration, time: time, onEvent: onEvent)
        self.time = time
    }

    /// The regions for a ``MultiRegionStore``, in the order given: the first is the primary.
    public var endpoints: [RegionEndpoint] {
        self.stores.map { RegionEndpoint($0.region, ReplicaBackend($0)) }
    }

    /// Opens `<region>.sqlite` for each region, creates what is missing, and lets new regions take writes.
    ///
    /// - Parameters:
    ///   - folder: Created with mode 0700 if it does not exist. Refused when it is a symbolic link.
    ///   - configure: Changes how a region's file is opened; path, region and schema are set already.
    ///   - onEvent: Told what happens to replication; must return soon.
    public static func open(
        in folder: String,
        schema: TableSchema,
        regions: [Region],
        replication: Replicator.Configuration = Replicator.Configuration(),
        time: any TimeSource = SystemTime(),
        configure: (inout SQLiteStore.Configuration) -> Void = { _ in },
        onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) async throws -> SQLiteRegions {
        // Before the names become parts of paths.
        for region in regions where !region.isValid {
            throw BackendError(.rejected, .validation, "regions: \(region.nameRule)")
        }
        let folder = try self.prepare(folder)
        let files = regions.map { region in
            var file = SQLiteStore.Configuration(path: "\(folder)/\(region).sqlite", region: region, schema: schema)
            configure(&file)
            return file
        }
        return try await self.open(files, replication: replication, time: time, onEvent: onEvent)
    }

    /// Opens regions whose files are given one by one; otherwise as
    /// ``open(in:schema:regions:replication:time:configure:onEvent:)``.
    public static func open(
        _ files: [SQLiteStore.Configuration],
        replication: Replicator.Configuration = Replicator.Configuration(),
        time: any TimeSource = SystemTime(),
        onEvent: @escaping @Sendable (ReplicatorEvent) -> Void = { _ in }
    ) async throws -> SQLiteRegions {
        var stores: [SQLiteStore] = []
        do {
            for file in files { stores.append(try SQLiteStore.open(file)) }
            let opened = SQLiteRegions(stores, replication, time, onEvent)
            opened.setLinks()
            // On a machine too busy to answer in time no region may have become ready: then it is worth another try.
            for _ in 0..<Self.preparations {
                try await opened.replicator.prepare()
                if await opened.takesWrites() { break }
            }
            return opened
        } catch {
            for store in stores { await store.shutdown() }
            throw error
        }
    }

    /// How often opening tries to make some region ready; ``run()`` goes on trying.
    private static let preparations = 3

    /// Whether some region takes writes; all are asked at once.
    private func takesWrites() async -> Bool {
        let context = AttemptContext(
            deadline: self.time.now.advanced(by: self.replicator.configuration.callTimeout),
            operation: OperationID(high: 0, low: 0),
            time: self.time
        )
        return await withTaskGroup(of: Bool.self) { group in
            for store in self.stores {
                group.addTask { (try? await store.status(in: context))?.isReady ?? false }
            }
            defer { group.cancelAll() }
            return await group.contains(true)
        }
    }

    /// Replicates until the task is cancelled.
    public func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.replicator.run() }
            group.addTask {
                while !Task.isCancelled {
                    self.setLinks()
                    guard (try? await self.time.sleep(for: Self.linkInterval)) != nil else { return }
                }
            }
            try await group.waitForAll()
        }
    }

    /// How far a region is behind the worst of its peers; nil before it has caught up once.
    public func replicationLag(of region: Region) -> Duration? {
        self.replicator.replicationLag(of: region)
    }

    /// Emulates how a link behaves, in this process and from now on; nil ends it.
    public func emulate(_ condition: LinkCondition?, from source: Region, to target: Region) {
        guard let store = self.stores.first(where: { $0.region == source }) else { return }
        store.control.own.links[target] = condition.map { SQLiteEmulation.Timed($0) }
        self.setLinks()
    }

    /// Closes all files.
    public func shutdown() async {
        for store in self.stores { await store.shutdown() }
    }

    /// Tells the replicator how the links behave, where that has changed.
    private func setLinks() {
        let now = self.time.now
        for store in self.stores {
            let links = store.control.links(at: now, self.time)
            let changes = self.links.withLock { known in
                let before = known.updateValue(links, forKey: store.region) ?? [:]
                return Set(links.keys).union(before.keys).filter { links[$0] != before[$0] }
            }
            for target in changes {
                self.replicator.setLink(from: store.region, to: target, links[target] ?? LinkCondition())
            }
        }
    }

    /// The folder's absolute path; makes it if it is missing.
    private static func prepare(_ folder: String) throws(BackendError) -> String {
        guard !folder.isEmpty, !folder.utf8.contains(0) else {
            throw BackendError(.rejected, .validation, "in: the folder's name is empty or has a zero byte.")
        }
        var path = folder.hasPrefix("/") ? folder : FileManager.default.currentDirectoryPath + "/" + folder
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        try DatabaseFile.createFolder(path, .unavailable)
        switch DatabaseFile.kind(of: path) {
        case .folder: return path
        case .link: throw DatabaseFile.refusal(path, "is a symbolic link; name the folder itself.")
        case .file, .other, nil: throw DatabaseFile.refusal(path, "is not a folder; choose another name.")
        }
    }
}
