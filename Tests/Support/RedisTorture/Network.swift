internal import BackendRedis
internal import Foundation
internal import RegionKitCore
internal import RegionKitTesting

/// Three regions, each a server on a machine of its own, and the ways between them: from each site, where clients and a
/// replicator stand, one to its own region and one to each other.
struct Network: Sendable {
    static let names: [Region] = ["us-west-2", "us-east-1", "eu-west-1"]
    static let schema = TableSchema(
        name: "torture",
        partitionKey: "id",
        indexes: [.init("by-group", partitionKey: "group")]
    )

    let folder: URL
    let servers: [RedisServer]
    let machines: [FaultyMachine]
    /// By site and region.
    let ways: [[FaultProxy]]

    init(_ plan: Plan) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "redis-torture-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let machines = try Self.names.map { try FaultyMachine(in: folder, name: $0.name, sync: plan.sync) }
        // Files are rewritten often, so that servers die in the middle of that as well.
        let options = [
            "--appendonly", "yes", "--appendfsync", plan.appendfsync, "--auto-aof-rewrite-min-size", "4mb",
        ]
        let servers = try machines.map { try RedisServer(options, environment: $0.environment) }
        (self.folder, self.machines, self.servers) = (folder, machines, servers)
        self.ways = try servers.map { _ in try servers.map { try FaultProxy(to: $0.port) } }
    }

    /// The regions as a site reaches them, its own first; by no way at all for a site that is nil.
    func regions(
        from site: Int?
    ) -> [(configuration: RedisStore.Configuration, address: RedisAddress)] {
        let order = self.servers.indices.map { ($0 + (site ?? 0)) % self.servers.count }
        return order.map { region in
            let port = site.map { self.ways[$0][region].port } ?? self.servers[region].port
            return (
                RedisStore.Configuration(region: Self.names[region], schema: Self.schema),
                RedisAddress(host: "127.0.0.1", port: port)
            )
        }
    }

    /// Kills all servers and starts them again.
    func restart() throws {
        for server in self.servers { server.kill() }
        for server in self.servers { try server.restart() }
    }

    /// How many files of servers were found torn when they were read.
    var tornFiles: Int {
        self.servers.reduce(0) { sum, server in
            let log = (try? String(contentsOfFile: "\(server.path)/server.log", encoding: .utf8)) ?? ""
            return sum + log.components(separatedBy: "short read while loading the AOF").count - 1
        }
    }

    /// Ends everything, and keeps the servers' files if something was wrong.
    func close(keepingFiles keeps: Bool) {
        for way in self.ways.joined() { way.close() }
        for server in self.servers {
            if keeps { server.kill() } else { server.close() }
        }
        if keeps {
            note("left behind: \(([self.folder.path] + self.servers.map(\.path)).joined(separator: " "))")
        } else {
            try? FileManager.default.removeItem(at: self.folder)
        }
    }
}

/// Tells something on the standard error.
func note(_ text: String) {
    FileHandle.standardError.write(Data("\(text)\n".utf8))
}
