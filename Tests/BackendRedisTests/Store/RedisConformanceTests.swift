import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisConformanceTests {
    enum Access: CaseIterable {
        /// The default user, who may do all.
        case unrestricted
        /// A user with a password and with those rights alone that ``RedisAccess/rule(namespace:)`` lists.
        case restricted
        /// Such a user over TLS.
        case secure

        static var testable: [Access] {
            RedisCertificates.isAvailable ? self.allCases : [.unrestricted, .restricted]
        }
    }

    /// Calls a body with a maker of regions in a server of its own.
    private static func withRegions(
        _ access: Access,
        _ body: (@escaping @Sendable (Region, TableSchema, _ isReady: Bool) async throws -> RedisStore) async -> Void
    ) async throws {
        let certificates = access == .secure ? try RedisCertificates() : nil
        let port = try RedisServer.freePort()
        try await withRedis(certificates?.options(port: port) ?? []) { server in
            let tls = certificates.map { (port, $0.authorities) }
            await body { region, schema, isReady in
                let user = access == .unrestricted ? nil : try await server.makeUser(for: region.name)
                return try await server.store(region, schema: schema, isReady: isReady, user: user, tls: tls)
            }
        }
    }

    @Test(arguments: Access.testable)
    func `a Redis region keeps the contract of a replica store`(_ access: Access) async throws {
        try await Self.withRegions(access) { make in
            let failures = await ReplicaStoreConformance { try await make($0, $1, false) }.run()
            #expect(failures.isEmpty)
        }
    }

    @Test(arguments: Access.testable)
    func `a backend over a Redis region keeps the contract of a backend`(_ access: Access) async throws {
        try await Self.withRegions(access) { make in
            let failures = await BackendConformance { schema in
                ReplicaBackend(try await make(Region("region-\(UInt32.random(in: 0...UInt32.max))"), schema, true))
            }.run()
            #expect(failures.isEmpty)
        }
    }
}
