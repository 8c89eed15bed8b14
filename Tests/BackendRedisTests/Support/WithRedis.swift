import RegionKitTesting

/// Runs a body with a server of its own, and ends it.
func withRedis<Result>(_ options: [String] = [], _ body: (RedisServer) async throws -> Result) async throws -> Result {
    let server = try RedisServer(options)
    defer { server.close() }
    return try await body(server)
}
