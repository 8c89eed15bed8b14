import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisReplicasTests {
    private static let schema = TableSchema(name: "orders", partitionKey: "id")

    private func open(_ urls: String...) async throws -> BackendPlugIn.Deployment {
        try await BackendRegistry([.redis]).open(
            zip(["berlin", "madrid", "oslo"] as [Region], urls).map { BackendPlugIn.Location($0, $1) },
            schema: Self.schema,
            in: BackendPlugIn.Context(folder: "/")
        )
    }

    @Test func `servers that replicate are opened by their URLs, whoever is down`() async throws {
        let servers = try ReplicatedServers(master: 1)
        defer { servers.close() }
        servers.servers[2].kill()
        let urls = servers.servers.map { "redis://127.0.0.1:\($0.port)/2?mode=replicas&namespace=o" }
        let deployment = try await self.open(urls[0], urls[1], urls[2])
        #expect(deployment.replicator == nil && deployment.services.isEmpty)
        var configuration = StoreConfiguration()
        (configuration.deadline, configuration.attemptTimeout) = (.seconds(60), .seconds(20))
        let store = try MultiRegionStore(
            schema: Self.schema,
            regions: deployment.endpoints,
            configuration: configuration
        )
        #expect(try await store.put(["id": "a"]).region == "madrid")
        #expect(try servers.servers[1].command("-n", "2", "EXISTS", "{rk:o}:meta") == "1")
        try servers.waitForCopies(of: 1, in: 1)
        #expect(try await store.get("a", in: "berlin").item == ["id": "a"])
        await store.shutdown()
    }

    @Test func `a program opens replicas as the guide shows`() async throws {
        let schema = Self.schema
        let servers = try ReplicatedServers(2)
        defer { servers.close() }
        let berlin = RedisAddress(host: "127.0.0.1", port: servers.servers[0].port)
        let madrid = RedisAddress(host: "127.0.0.1", port: servers.servers[1].port)

        let replicas = try RedisReplicas(schema: schema, [("berlin", berlin), ("madrid", madrid)])
        let store = try MultiRegionStore(schema: schema, regions: replicas.endpoints)

        try await patiently { _ = try await replicas.replicas[0].probe(in: .test()) }
        #expect(try await store.put(["id": "a"]).region == "berlin")
        #expect(replicas.master == "berlin" && replicas.replicas[0].durability == RedisDurability.none)
        await store.shutdown()
    }

    @Test(arguments: [
        (["redis://127.0.0.1:1?mode=replicas", "redis://127.0.0.1:2"], "of all regions of a table or of none"),
        (["redis://127.0.0.1:1", "redis://127.0.0.1:2?mode=replicas"], "of all regions of a table or of none"),
        (["redis://127.0.0.1:1?mode=replicas", "redis://127.0.0.1:1?mode=replicas"], "have the same server"),
        (["redis://127.0.0.1:1/0?mode=replicas", "redis://127.0.0.1:2/1?mode=replicas"], "replicas have the same"),
        (
            ["redis://127.0.0.1:1?mode=replicas&namespace=a", "redis://127.0.0.1:2?mode=replicas&namespace=b"],
            "have one namespace"
        ),
        (["redis://127.0.0.1:1?mode=replicas", "redis://10.0.0.5:2?mode=replicas"], "allowsInsecureConnections"),
    ])
    func `regions that cannot be replicas of each other are refused`(_ urls: [String], _ cause: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) { try await self.open(urls[0], urls[1]) }
        #expect(error?.field.hasPrefix("regions") == true)
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
    }

    @Test func `one region of a set is not opened alone`() {
        let location = BackendPlugIn.Location("berlin", "redis://127.0.0.1?mode=replicas")
        let error = #expect(throws: ConfigurationError.self) {
            try RedisStore(location, schema: Self.schema, in: "/")
        }
        #expect(error?.message.contains("RedisReplicas") == true)
    }

    @Test func `what RegionKit replicates and what Redis replicates are not taken for each other`() async throws {
        let servers = try ReplicatedServers(2)
        defer { servers.close() }
        let (active, replicas) = (
            try await servers.servers[0].store("berlin", namespace: "a"), try servers.replicas(namespace: "a")
        )
        try await active.put()
        let error = await #expect(throws: BackendError.self) { try await replicas.replicas[0].probe(in: .test()) }
        #expect(error?.message.contains("of a region that RegionKit replicates") == true, "\(error?.message ?? "")")
        let others = try servers.replicas(namespace: "b")
        _ = try await others.replicas[0].probe(in: .test())
        let foreign = try await servers.servers[0].store("berlin", namespace: "b", isReady: false)
        let refusal = await #expect(throws: BackendError.self) { try await foreign.status(in: .test()) }
        #expect(refusal?.message.contains("mode=replicas") == true, "\(refusal?.message ?? "")")
        await active.shutdown()
        await foreign.shutdown()
        for set in [replicas, others] { await set.shutdown() }
    }

    @Test func `a replica that takes writes of its own is refused`() async throws {
        try await withReplicas(2) { servers, replicas in
            _ = try await replicas.replicas[0].probe(in: .test())
            try servers.servers[1].command("CONFIG", "SET", "replica-read-only", "no")
            let error = await #expect(throws: BackendError.self) { try await replicas.replicas[1].probe(in: .test()) }
            #expect(error?.failure == .unavailable && error?.message.contains("replica-read-only") == true)
            let item: Item = ["id": "a", "part": "1"]
            await #expect(throws: BackendError.self) {
                try await replicas.replicas[1].perform(.write(.put(item)), in: .test())
            }
            #expect(try servers.servers[1].command("EXISTS", "{rk:worksets}:live") == "0")
        }
    }

    @Test func `a replica that has nothing of the table yet is passed over, and makes nothing`() async throws {
        try await withReplicas(2) { servers, replicas in
            try servers.servers[1].command("REPLICAOF", "127.0.0.1", "1")
            let error = await #expect(throws: BackendError.self) {
                try await replicas.replicas[1].perform(.get(.test(), .eventual), in: .test())
            }
            #expect(error?.failure == .unavailable && error?.message.contains("has nothing of this table") == true)
            let store = try replicas.store()
            _ = try await store.put(["id": "a", "part": "1"])
            try servers.follow(1, 0)
            try servers.waitForLink(1)
            try servers.waitForCopies(of: 0, in: 1)
            #expect(try await store.get(.test("a", "1"), in: "madrid").item != nil)
        }
    }

    @Test func `a table whose rows were all removed begins anew`() async throws {
        try await withReplicas(2) { servers, replicas in
            let store = try replicas.store()
            try await store.put(["id": "a", "part": "1"])
            try servers.servers[0].command("FLUSHALL")
            #expect(try await store.update(.test("b", "1"), Update().add("n", 1)).region == "berlin")
            #expect(try await store.scan(Scan()).items.count == 1)
        }
    }

    @Test func `the guide names the rights that a user needs here`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let guide = try String(
            contentsOf: root.appending(path: "Sources/BackendRedis/BackendRedis.docc/OnPremises.md"),
            encoding: .utf8
        )
        let rule = RedisAccess.rule(namespace: "orders", isNative: true)
        #expect(rule.contains(" +role ") && guide.contains("`+role`"))
    }
}
