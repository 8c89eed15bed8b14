import Foundation
import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed; Scripts/test installs it."))
struct RedisRegionsTests {
    private static let schema = TableSchema(name: "orders", partitionKey: "id")
    private let schema = Self.schema

    private func withServers(_ count: Int, _ body: ([RedisServer]) async throws -> Void) async throws {
        var servers: [RedisServer] = []
        defer { for server in servers { server.close() } }
        for _ in 0..<count { servers.append(try RedisServer()) }
        try await body(servers)
    }

    @Test(.timeLimit(.minutes(2))) func `changes of one region reach the others, both ways`() async throws {
        try await self.withServers(2) { servers in
            let berlin = RedisAddress(host: "127.0.0.1", port: servers[0].port)
            let madrid = RedisAddress(host: "127.0.0.1", port: servers[1].port)

            let regions = try await RedisRegions.open([
                (RedisStore.Configuration(region: "berlin", schema: schema), berlin),
                (RedisStore.Configuration(region: "madrid", schema: schema), madrid),
            ])
            let store = try MultiRegionStore(schema: schema, regions: regions.endpoints, services: [regions])

            try await withMultiRegionStore(store) { store in
                try await store.put(["id": "a", "n": 1], in: "berlin")
                try await store.put(["id": "b", "n": 2], in: "madrid")
                #expect(try await regions.replicator.settle(within: .seconds(60)))
                #expect(try await store.get("b", in: "berlin").item?["n"] == 2)
                #expect(try await store.get("a", in: "madrid").item?["n"] == 1)
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `C5 a server that lost everything is filled from its peer before it takes writes`() async throws {
        try await self.withServers(2) { servers in
            let regions = try await RedisRegions.open(
                zip(["berlin", "madrid"] as [Region], servers).map {
                    (.init(region: $0, schema: Self.schema), RedisAddress(host: "127.0.0.1", port: $1.port))
                }
            )
            var configuration = StoreConfiguration()
            (configuration.deadline, configuration.attemptTimeout) = (.seconds(60), .seconds(20))
            let store = try MultiRegionStore(
                schema: Self.schema,
                regions: regions.endpoints,
                configuration: configuration,
                services: [regions]
            )
            try await withMultiRegionStore(store) { store in
                for number in 0..<50 { try await store.put(["id": .string("\(number)")], in: "berlin") }
                #expect(try await regions.replicator.settle(within: .seconds(60)))
                // It keeps nothing.
                servers[0].kill()
                try servers[0].restart()
                #expect(try await regions.replicator.settle(within: .seconds(60)))
                let page = try await store.scan(Scan(), in: "berlin")
                #expect(page.items.count == 50)
                try await store.put(["id": "new"], in: "berlin")
            }
        }
    }

    @Test(.timeLimit(.minutes(2))) func `a server that is down keeps nobody from starting`() async throws {
        try await self.withServers(2) { servers in
            servers[1].kill()
            let deployment = try await BackendRegistry([.redis]).open(
                zip(["berlin", "madrid"] as [Region], servers).map {
                    BackendPlugIn.Location($0, "redis://127.0.0.1:\($1.port)/1?namespace=o")
                },
                schema: Self.schema,
                in: BackendPlugIn.Context(folder: "/")
            )
            #expect(deployment.replicator != nil)
            let statuses = deployment.endpoints.compactMap { ($0.backend as? ReplicaBackend<RedisStore>)?.store }
            #expect(statuses.map(\.region) == ["berlin", "madrid"])
            let error = await #expect(throws: BackendError.self) { try await statuses[1].status(in: .test()) }
            #expect(error?.failure == .notSent)
            for endpoint in deployment.endpoints { await endpoint.backend.shutdown() }
        }
    }

    @Test func `two regions in one place are refused`() async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await BackendRegistry([.redis]).open(
                ["berlin", "madrid"].map { BackendPlugIn.Location(Region($0), "redis://:canary-secret-31@127.0.0.1") },
                schema: Self.schema,
                in: BackendPlugIn.Context(folder: "/")
            )
        }
        #expect(error?.field == "regions")
        #expect(error?.message.contains("madrid and berlin have the same place") == true)
        #expect(error?.message.contains("canary") == false)
    }

    @Test func `the guide names the rights that a user needs`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let guide = try String(
            contentsOf: root.appending(path: "Sources/BackendRedis/BackendRedis.docc/OnPremises.md"),
            encoding: .utf8
        )
        #expect(guide.contains("ACL SETUSER orders on >PASSWORD \(RedisAccess.rule(namespace: "orders"))"))
    }
}
