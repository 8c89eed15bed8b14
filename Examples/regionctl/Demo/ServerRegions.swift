internal import BackendRedis
internal import RegionKitCore
internal import RegionKitTesting
internal import Worksets

/// Regions in Redis servers that the demo starts, each behind a proxy; the primary fails as it is told.
struct ServerRegions: DemoRegions {
    /// How the primary fails.
    enum Fault: String, CaseIterable {
        case kill
        case stop
        case cut
    }

    let title = "Redis regions"
    private let fault: Fault
    private let servers: [RedisServer]
    private let proxies: [FaultProxy]
    private let regions: RedisRegions
    private let time = SystemTime()

    /// Starts a server for each region; what it acknowledges is on its disk.
    init(_ settings: DemoSettings, _ fault: Fault) async throws {
        guard RedisServer.isAvailable else {
            throw Failure.usage("--redis: redis-server was not found; install Debian's redis-server and redis-tools.")
        }
        var (servers, proxies) = ([RedisServer](), [FaultProxy]())
        do {
            for _ in settings.regions {
                servers.append(try RedisServer(["--appendonly", "yes", "--appendfsync", "always"]))
                proxies.append(try FaultProxy(to: servers[servers.count - 1].port))
            }
            var replication = Replicator.Configuration()
            replication.seed = UInt64(settings.seed)
            self.regions = try await RedisRegions.open(
                Self.places(settings.regions, settings.worksets.schema, proxies.map(\.port)),
                replication: replication
            )
        } catch {
            for proxy in proxies { proxy.close() }
            for server in servers { server.close() }
            throw error
        }
        (self.fault, self.servers, self.proxies) = (fault, servers, proxies)
    }

    private static func places(
        _ regions: [Region],
        _ schema: TableSchema,
        _ ports: [Int]
    ) -> [(RedisStore.Configuration, RedisAddress)] {
        zip(regions, ports).map { region, port in
            (RedisStore.Configuration(region: region, schema: schema), RedisAddress(host: "127.0.0.1", port: port))
        }
    }

    var failure: String {
        switch self.fault {
        case .kill: "kill -9 of its server"
        case .stop: "its server stands still (SIGSTOP)"
        case .cut: "its network swallows everything"
        }
    }

    var endpoints: [RegionEndpoint] { self.regions.endpoints }
    var services: [any StoreService] { [self.regions] }

    func fail() async throws -> MonotonicInstant {
        let last = self.time.now
        switch self.fault {
        case .kill: self.servers[0].kill()
        case .stop: self.servers[0].stop()
        case .cut: try self.proxies[0].set(.silent)
        }
        return last
    }

    func recover() async throws -> MonotonicInstant {
        switch self.fault {
        case .kill: try self.servers[0].restart()
        case .stop: self.servers[0].resume()
        case .cut: try self.proxies[0].set(.open)
        }
        return self.time.now
    }

    func settle(within limit: Duration) async throws -> Bool {
        try await self.regions.replicator.settle(within: limit)
    }

    func rows() async throws -> [Region: [String: ReplicaRow]] {
        var rows: [Region: [String: ReplicaRow]] = [:]
        let names = self.regions.stores.map(\.region)
        for (configuration, address) in Self.places(names, self.regions.stores[0].schema, self.servers.map(\.port)) {
            let store = try RedisStore(configuration, at: address)
            var last: Key?
            repeat {
                let page = try await store.allRows(after: last, limit: 256, in: AttemptContext(within: .seconds(5)))
                for row in page { rows[store.region, default: [:]][row.key.partition.string ?? ""] = row }
                last = page.last?.key
            } while last != nil
            await store.shutdown()
        }
        return rows
    }

    func problems() -> [String] { [] }

    func close() async {
        for proxy in self.proxies { proxy.close() }
        for server in self.servers { server.close() }
    }
}
