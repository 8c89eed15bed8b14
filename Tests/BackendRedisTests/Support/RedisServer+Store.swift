import RegionKitCore
import RegionKitTesting

@testable import BackendRedis

extension TableSchema {
    /// The table of the store's tests.
    static let worksets = TableSchema(
        name: "worksets",
        partitionKey: "id",
        sortKey: "part",
        indexes: [.init("by-state", partitionKey: "state", sortKey: .init("priority", .number))]
    )
}

extension RedisServer {
    /// A client, of a user made by ``makeUser(for:rule:)`` or of the default one; over TLS where a port for it is given.
    func client(user: String? = nil, tls: (port: Int, authorities: String)? = nil) throws -> RedisClient {
        var configuration = RedisClient.Configuration(host: "127.0.0.1", port: tls?.port ?? self.port)
        configuration.connectTimeout = .seconds(60)
        configuration.tls = tls.map { RedisClient.Configuration.TLS(authorities: $0.authorities) }
        if let user { (configuration.user, configuration.password) = (user, Secret("word")) }
        return try RedisClient(configuration)
    }

    /// Sends one command over a connection of its own.
    @discardableResult
    func send(_ words: String...) async throws -> RedisValue {
        try await self.send(words)
    }

    @discardableResult
    func send(_ words: [String]) async throws -> RedisValue {
        let client = try self.client()
        let result: Result<RedisValue, RedisError>
        do throws(RedisError) {
            let command = RedisCommand(words.map { .text($0) })
            result = .success(try await client.send(command, deadline: AttemptContext.test().deadline))
        } catch {
            result = .failure(error)
        }
        await client.shutdown()
        return try result.get()
    }

    /// Makes a user of the documented rights for a namespace, or of others; its password is `word`.
    func makeUser(for namespace: String, rule: String? = nil) async throws -> String {
        let rule = rule ?? RedisAccess.rule(namespace: namespace)
        let name = "user-\(namespace)"
        try await self.send(
            ["ACL", "SETUSER", name, "reset", "on", ">word"] + rule.split(separator: " ").map(String.init)
        )
        return name
    }

    /// A region in the server; it takes writes unless told otherwise.
    func store(
        _ region: Region = "us-west-2",
        schema: TableSchema = .worksets,
        namespace: String? = nil,
        isReady: Bool = true,
        skew: Duration = .zero,
        parkedLimit: Int = 10_000,
        user: String? = nil,
        tls: (port: Int, authorities: String)? = nil
    ) async throws -> RedisStore {
        let configuration = RedisStore.Configuration(
            region: region,
            schema: schema,
            namespace: namespace ?? region.name,
            parkedLimit: parkedLimit
        )
        let store = try RedisStore(configuration, transport: try self.client(user: user, tls: tls), skew: skew)
        if isReady { try await store.markReady() }
        return store
    }
}

extension RedisStore {
    /// Waits until the server answers.
    func reach() async throws {
        try await patiently { _ = try await self.status(in: .test()) }
    }

    func markReady() async throws {
        try await self.markReady(try await self.status(in: .test()).head.incarnation, in: .test())
    }
}

/// Asks a server again that was just started, for a minute at most.
func patiently(_ body: () async throws -> Void) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while true {
        do {
            return try await body()
        } catch let error as BackendError {
            guard [.notSent, .unknownOutcome].contains(error.failure), ContinuousClock.now < end else { throw error }
        }
    }
}

/// Runs a body with a region in a server of its own, and ends both.
func withStore<Result>(
    _ options: [String] = [],
    _ body: (RedisServer, RedisStore) async throws -> Result
) async throws -> Result {
    try await withRedis(options) { server in
        let store = try await server.store()
        let result: Result
        do { result = try await body(server, store) } catch {
            await store.shutdown()
            throw error
        }
        await store.shutdown()
        return result
    }
}
