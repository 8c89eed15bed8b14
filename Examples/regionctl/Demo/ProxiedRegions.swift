internal import BackendDynamo
internal import Foundation
internal import RegionKitCore
internal import RegionKitTesting
internal import Worksets

/// Regions of a DynamoDB global table on a local server, each behind a proxy; the primary fails when its network is cut.
struct ProxiedRegions: DemoRegions {
    let title = "DynamoDB regions of a local server"
    let failure = "its network swallows everything"
    private let proxies: [FaultProxy]
    private let deployment: BackendPlugIn.Deployment
    private let schema: TableSchema
    /// Past the proxies.
    private let server: String
    private let time = SystemTime()

    /// Makes the table, with a name of its own, and its replicas.
    ///
    /// - Parameter endpoint: An HTTP server on this machine.
    init(_ settings: DemoSettings, at endpoint: String, _ console: Console) async throws {
        guard let url = URLComponents(string: endpoint), url.scheme == "http", let port = url.port,
            url.host == "127.0.0.1" || url.host == "localhost"
        else {
            throw Failure.usage("--endpoint: found \(endpoint.shown); it is http://127.0.0.1:PORT, a local server's.")
        }
        self.server = "dynamodb:?endpoint=http://127.0.0.1:\(port)"
        var schema = settings.worksets.schema
        schema.name = settings.table
        self.schema = schema
        let table = try GlobalTable(
            schema,
            at: settings.regions.map { [server] in BackendPlugIn.Location($0, server) },
            timeLimit: .seconds(60)
        )
        do {
            try await table.setUp { console.progress("\($0)") }
        } catch {
            await table.shutdown()
            throw error
        }
        console.progress(nil)
        await table.shutdown()
        self.proxies = try settings.regions.map { _ in try FaultProxy(to: port) }
        do {
            self.deployment = try await Self.open(
                zip(settings.regions, self.proxies).map { ($0, "dynamodb:?endpoint=http://127.0.0.1:\($1.port)") },
                schema
            )
        } catch {
            for proxy in self.proxies { proxy.close() }
            throw error
        }
    }

    private static func open(
        _ locations: [(Region, String)],
        _ schema: TableSchema
    ) async throws -> BackendPlugIn.Deployment {
        try await BackendRegistry([.dynamo]).open(
            locations.map { BackendPlugIn.Location($0, $1) },
            schema: schema,
            in: BackendPlugIn.Context(folder: "/")
        )
    }

    var endpoints: [RegionEndpoint] { self.deployment.endpoints }
    var services: [any StoreService] { self.deployment.services }

    func fail() async throws -> MonotonicInstant {
        let last = self.time.now
        try self.proxies[0].set(.silent)
        return last
    }

    func recover() async throws -> MonotonicInstant {
        try self.proxies[0].set(.open)
        return self.time.now
    }

    /// The server carries changes by itself, so this looks until all regions are equal.
    func settle(within limit: Duration) async throws -> Bool {
        let end = self.time.now.advanced(by: limit)
        while true {
            let rows = try await self.rows()
            if rows.values.allSatisfy({ $0 == rows.values.first }) { return true }
            guard self.time.now < end else { return false }
            try await self.time.sleep(for: .milliseconds(200))
        }
    }

    func rows() async throws -> [Region: [String: ReplicaRow]] {
        let direct = try await Self.open(self.endpoints.map { ($0.region, self.server) }, self.schema)
        var configuration = StoreConfiguration()
        (configuration.deadline, configuration.attemptTimeout) = (.seconds(30), .seconds(10))
        let store = try MultiRegionStore(schema: self.schema, regions: direct.endpoints, configuration: configuration)
        var rows: [Region: [String: ReplicaRow]] = [:]
        do {
            for region in direct.endpoints.map(\.region) { rows[region] = try await Self.rows(of: region, store) }
        } catch {
            await store.shutdown()
            throw error
        }
        await store.shutdown()
        return rows
    }

    /// A page has items without versions; reading them by their keys gives these.
    private static func rows(of region: Region, _ store: MultiRegionStore) async throws -> [String: ReplicaRow] {
        var rows: [String: ReplicaRow] = [:]
        var scan = Scan(limit: 100, consistency: .consistent)
        repeat {
            let page = try await store.scan(scan, in: region)
            let keys = page.items.compactMap { $0["workset_id"].map { Key($0) } }
            if !keys.isEmpty {
                let found = try await store.batchGet(keys, consistency: .consistent, in: region)
                for (key, result) in zip(keys, found.value) {
                    rows[key.partition.string ?? ""] = ReplicaRow(
                        key: key,
                        item: result.item,
                        version: result.version ?? .unknown,
                        operation: OperationID(high: 0, low: 0)
                    )
                }
            }
            scan.next = page.next
        } while scan.next != nil
        return rows
    }

    func problems() -> [String] { [] }

    func close() async {
        for proxy in self.proxies { proxy.close() }
    }
}
