import RegionKitTesting

@testable internal import BackendDynamo

/// A server on 127.0.0.1 that does to each connection what a script says.
final class HTTPServer: Sendable {
    /// Every request that a connection has read.
    let requests: AsyncStream<ReceivedRequest>
    private let arrivals: AsyncStream<ReceivedRequest>.Continuation
    private let server: ScriptedServer

    init(_ script: @escaping @Sendable (ServerConnection) -> Void) throws {
        let (requests, arrivals) = AsyncStream<ReceivedRequest>.makeStream()
        (self.requests, self.arrivals) = (requests, arrivals)
        self.server = try ScriptedServer { script(ServerConnection($0, arrivals)) }
    }

    var port: Int { self.server.port }

    /// Connections so far.
    var accepted: Int { self.server.accepted }

    /// Ends all connections and waits for the threads.
    func close() {
        self.server.close()
        self.arrivals.finish()
    }
}

/// Runs a body against a server and a client, and ends both.
func withServer(
    _ configuration: HTTPClient.Configuration = .patient,
    script: @escaping @Sendable (ServerConnection) -> Void,
    _ body: (HTTPServer, HTTPClient, HTTPOrigin) async throws -> Void
) async throws {
    let server = try HTTPServer(script)
    let client = try HTTPClient(configuration)
    defer { server.close() }
    do {
        try await body(server, client, HTTPOrigin(.http, host: "127.0.0.1", port: server.port))
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
}
