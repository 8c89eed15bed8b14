internal import BackendDynamo
internal import BackendRedis
internal import BackendSQLite
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// What a set-up did, and how the regions are then.
struct SetUpReport: Sendable {
    struct Change: Sendable {
        /// For programs: `createTable`, `enableStream`, `addReplica`, `enableTimeToLive`, `createFile` or `createRegion`.
        var name: String
        var region: Region
    }

    let table: String
    /// In order.
    var changes: [Change]
    /// The primary first.
    var regions: [(region: Region, status: String)]

    var json: JSON {
        [
            "table": .string(self.table),
            "changes": .array(
                self.changes.map { ["change": .string($0.name), "region": .string($0.region.name)] }
            ),
            "regions": .array(
                self.regions.enumerated().map { place, row in
                    [
                        "name": .string(row.region.name), "role": .string(Self.role(place)),
                        "status": .string(row.status),
                    ]
                }
            ),
        ]
    }

    func lines(for console: Console) -> [String] {
        var table = Table(columns: [("region", .left), ("role", .left), ("status", .left), ("changed", .left)])
        for (place, row) in self.regions.enumerated() {
            let changes = self.changes.filter { $0.region == row.region }.map(\.name).joined(separator: ", ")
            table.rows.append([
                Table.Cell(row.region.name, .bold), Table.Cell(Self.role(place)), Table.Cell(row.status),
                Table.Cell(changes.isEmpty ? "–" : changes),
            ])
        }
        return table.lines(for: console)
    }

    private static func role(_ place: Int) -> String { place == 0 ? "primary" : "replica" }
}

extension SetUpReport {
    /// Sets up a DynamoDB global table; on standard error stands what happens.
    init(globalTable configuration: DeploymentConfiguration, _ console: Console) async throws {
        let table = try GlobalTable(configuration.schema, at: configuration.regions)
        let last = Mutex("")
        let changes: [GlobalTable.Change]
        do throws(RegionError) {
            changes = try await table.setUp { progress in
                let text = "\(progress)"
                // While something goes on it is told once, and again when it is further.
                let isNew = last.withLock { last in
                    defer { last = text }
                    return last != text
                }
                if isNew { console.note(text) }
            }
        } catch {
            await table.shutdown()
            throw error
        }
        let states = await table.describe()
        await table.shutdown()
        self.init(
            table: configuration.schema.name,
            changes: changes.map { Change($0, primary: table.regions[0]) },
            regions: states.map { region, state in (region, state.description?.status ?? "unknown") }
        )
    }

    /// How long new regions may take to be filled.
    private static let patience = Duration.seconds(30)

    /// Lets the master of servers among which Redis itself replicates begin to hold the table, and waits until the others
    /// have that from it.
    init(followers configuration: DeploymentConfiguration) async throws {
        guard let set = try RedisReplicas(configuration.regions, schema: configuration.schema, in: configuration.folder)
        else { throw Failure.usage("these regions are not replicas of each other.") }
        let time = SystemTime()
        let end = time.now.advanced(by: Self.patience)
        do {
            while true {
                var statuses: [(region: Region, status: String)] = []
                var failure: BackendError?
                for replica in set.replicas {
                    do throws(BackendError) {
                        _ = try await replica.probe(in: AttemptContext(within: .seconds(5)))
                        let role = try await replica.role(in: AttemptContext(within: .seconds(5)))
                        statuses.append((replica.region, role.isMaster ? "master" : "replica"))
                    } catch {
                        failure = error
                    }
                }
                guard let failure, time.now < end else {
                    if let failure { throw failure }
                    await set.shutdown()
                    self.init(table: configuration.schema.name, changes: [], regions: statuses)
                    return
                }
                // Only a replica that is not filled yet is worth waiting for.
                guard failure.failure == .unavailable else { throw failure }
                try await time.sleep(for: .milliseconds(50))
            }
        } catch {
            await set.shutdown()
            throw error
        }
    }

    /// Makes SQLite or Redis regions that are missing, and lets them merge from the others.
    init(replicas configuration: DeploymentConfiguration, _ invocation: Invocation) async throws {
        let missing = try await configuration.missingRegions()
        let regions = try await invocation.withTable(configuration) { table in
            for endpoint in table.deployment.endpoints {
                if let broken = endpoint.backend as? BrokenBackend { throw broken.error }
            }
            let time = SystemTime()
            let end = time.now.advanced(by: Self.patience)
            while true {
                var statuses: [(region: Region, status: String)] = []
                for store in table.deployment.stores {
                    let isReady = try await store.status(in: AttemptContext(within: .seconds(5))).isReady
                    statuses.append((store.region, isReady ? "ready" : "waits for a peer"))
                }
                if statuses.allSatisfy({ $0.status == "ready" }) || time.now >= end { return statuses }
                try await time.sleep(for: .milliseconds(50))
            }
        }
        let name = configuration.hasFiles ? "createFile" : "createRegion"
        let changes = missing.map { Change(name: name, region: $0) }
        self.init(table: configuration.schema.name, changes: changes, regions: regions)
    }
}

extension DeploymentConfiguration {
    /// The regions that hold nothing yet, and are not ready to.
    fileprivate func missingRegions() async throws -> [Region] {
        var missing: [Region] = []
        for location in self.regions {
            if self.hasFiles {
                let path = SQLiteStore.path(of: location, in: self.folder)
                if !FileManager.default.fileExists(atPath: path) { missing.append(location.region) }
            } else {
                let store = try RedisStore(location, schema: self.schema, in: self.folder)
                let status = try? await store.status(in: AttemptContext(within: .seconds(5)))
                await store.shutdown()
                if let status, status.isEmpty, !status.isReady { missing.append(location.region) }
            }
        }
        return missing
    }
}

extension SetUpReport.Change {
    fileprivate init(_ change: GlobalTable.Change, primary: Region) {
        switch change {
        case .createTable(let region): self.init(name: "createTable", region: region)
        case .enableStream(let region): self.init(name: "enableStream", region: region)
        case .addReplica(let region): self.init(name: "addReplica", region: region)
        case .removeReplica(let region): self.init(name: "removeReplica", region: region)
        case .enableTimeToLive: self.init(name: "enableTimeToLive", region: primary)
        }
    }
}
