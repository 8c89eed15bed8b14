import RegionKitTesting

@testable internal import BackendRedis

/// Runs a body against a scripted server and a client, and ends both.
func withScript(
    _ configure: (inout RedisClient.Configuration) -> Void = { _ in },
    script: @escaping @Sendable (ScriptedConnection) -> Void,
    _ body: (ScriptedServer, RedisClient) async throws -> Void
) async throws {
    let server = try ScriptedServer(script)
    defer { server.close() }
    try await withClient(port: server.port, configure) { try await body(server, $0) }
}

/// Runs a body with a client that has time on a busy machine, and shuts it down.
func withClient(
    port: Int,
    _ configure: (inout RedisClient.Configuration) -> Void = { _ in },
    _ body: (RedisClient) async throws -> Void
) async throws {
    var configuration = RedisClient.Configuration(port: port)
    configuration.connectTimeout = .seconds(60)
    configure(&configuration)
    let client = try RedisClient(configuration)
    do {
        try await body(client)
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
}
