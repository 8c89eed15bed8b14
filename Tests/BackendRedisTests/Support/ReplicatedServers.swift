import RegionKitCore
import RegionKitTesting

@testable import BackendRedis

/// Servers of a test's own, of which all but one follow that one: what an operator or Sentinel does, the test does.
final class ReplicatedServers: Sendable {
    static let regions: [Region] = ["berlin", "madrid", "oslo"]

    let servers: [RedisServer]

    /// Starts servers and waits until they follow.
    init(_ count: Int = 3, master: Int = 0) throws {
        // Without a delay before a replica is first filled.
        self.servers = try (0..<count).map { _ in try RedisServer(["--repl-diskless-sync-delay", "0"]) }
        for position in self.servers.indices where position != master { try self.follow(position, master) }
        for position in self.servers.indices where position != master { try self.waitForLink(position) }
    }

    /// Makes a server a replica of another one.
    func follow(_ position: Int, _ master: Int) throws {
        try self.servers[position].command("REPLICAOF", "127.0.0.1", "\(self.servers[master].port)")
    }

    /// Makes a server a master.
    func promote(_ position: Int) throws {
        try self.servers[position].command("REPLICAOF", "NO", "ONE")
    }

    /// Waits until a replica has what its master has.
    func waitForLink(_ position: Int) throws {
        try self.await("a link") { try self.servers[position].command("ROLE").split(separator: "\n")[3] == "connected" }
    }

    /// Waits until all replicas of a master have what it has.
    func waitForCopies(of master: Int, in count: Int = 2) throws {
        try self.await("copies") {
            // A write of its own, because `WAIT` waits for those of its connection.
            try self.servers[master].command("EVAL", "redis.call('SET', 'mark', '1') return 1", "0") == "1"
                && self.offsets(of: master, count)
        }
    }

    private func offsets(of master: Int, _ count: Int) throws -> Bool {
        let info = try self.servers[master].command("INFO", "replication").split(whereSeparator: \.isNewline)
        guard let own = info.first(where: { $0.hasPrefix("master_repl_offset:") })?.split(separator: ":")[1] else {
            return false
        }
        return try self.servers.indices.filter { $0 != master }.count { position in
            try self.servers[position].command("INFO", "replication").split(whereSeparator: \.isNewline)
                .contains { line in
                    line.hasPrefix("slave_repl_offset:")
                        && (Int(line.split(separator: ":")[1]) ?? 0) >= (Int(own) ?? .max)
                }
        } >= count
    }

    private func await(_ what: String, _ holds: () throws -> Bool) throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !holds() {
            guard ContinuousClock.now < end else { throw RedisServer.Failure(message: "no \(what) within a minute") }
        }
    }

    /// The regions in these servers, with time enough for a busy machine.
    func replicas(
        schema: TableSchema = .worksets,
        namespace: String? = nil,
        user: String? = nil
    ) throws -> RedisReplicas {
        try RedisReplicas(
            zip(Self.regions, self.servers).map { region, server in
                (.init(region: region, schema: schema, namespace: namespace), try server.client(user: user))
            }
        )
    }

    func close() {
        for server in self.servers { server.close() }
    }
}

/// Runs a body with servers and the regions in them, and ends both.
func withReplicas(
    _ count: Int = 3,
    master: Int = 0,
    _ body: (ReplicatedServers, RedisReplicas) async throws -> Void
) async throws {
    let servers = try ReplicatedServers(count, master: master)
    defer { servers.close() }
    let replicas = try servers.replicas()
    do { try await body(servers, replicas) } catch {
        await replicas.shutdown()
        throw error
    }
    await replicas.shutdown()
}

extension RedisReplicas {
    /// A store over the regions; attempts and operations have time on a busy machine.
    func store(
        observers: [any RegionObserver] = [],
        _ change: (inout StoreConfiguration) -> Void = { _ in }
    ) throws -> MultiRegionStore {
        var configuration = StoreConfiguration()
        (configuration.deadline, configuration.attemptTimeout) = (.seconds(60), .seconds(20))
        configuration.health.probeTimeout = .seconds(20)
        change(&configuration)
        return try MultiRegionStore(
            schema: .worksets,
            regions: self.endpoints,
            configuration: configuration,
            observers: observers
        )
    }
}
