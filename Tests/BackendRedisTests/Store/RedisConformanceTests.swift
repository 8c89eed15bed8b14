import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisConformanceTests {
    /// With all rights, and with those alone that ``RedisAccess/rule(namespace:)`` lists.
    @Test(arguments: [false, true])
    func `a Redis region keeps the contract of a replica store`(isRestricted: Bool) async throws {
        try await withRedis { server in
            let failures = await ReplicaStoreConformance { region, schema in
                let user = isRestricted ? try await server.makeUser(for: region.name) : nil
                return try await server.store(region, schema: schema, isReady: false, user: user)
            }.run()
            #expect(failures.isEmpty)
        }
    }

    @Test(arguments: [false, true])
    func `a backend over a Redis region keeps the contract of a backend`(isRestricted: Bool) async throws {
        try await withRedis { server in
            let failures = await BackendConformance { schema in
                let region = Region("region-\(UInt32.random(in: 0...UInt32.max))")
                let user = isRestricted ? try await server.makeUser(for: region.name) : nil
                return ReplicaBackend(try await server.store(region, schema: schema, user: user))
            }.run()
            #expect(failures.isEmpty)
        }
    }
}
