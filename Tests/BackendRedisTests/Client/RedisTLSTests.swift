internal import RegionKitCore
import RegionKitTesting
internal import Testing

@testable internal import BackendRedis

@Suite(
    .enabled(
        if: RedisServer.isAvailable && RedisCertificates.isAvailable,
        "redis-server or the openssl command is not installed"
    )
)
struct RedisTLSTests {
    /// Runs a body with a server that speaks TLS too, and the port where it does.
    private static func withServer(
        _ certificates: RedisCertificates,
        _ body: (RedisServer, Int) async throws -> Void
    ) async throws {
        let port = try RedisServer.freePort()
        try await withRedis(certificates.options(port: port) + ["--requirepass", "canary"]) { server in
            try await body(server, port)
        }
    }

    private static func configure(
        host: String = "localhost",
        trusting authorities: String?
    ) -> (inout RedisClient.Configuration) -> Void {
        { configuration in
            configuration.host = host
            configuration.password = Secret("canary")
            configuration.tls = RedisClient.Configuration.TLS(authorities: authorities)
        }
    }

    /// A connection that is not made tells the server nothing.
    private static func expectRefusal(by client: RedisClient, of server: RedisServer) async throws {
        let error = await client.failure("PING")
        #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false, "\(String(describing: error))")
        // The only password is that of redis-cli.
        let commands = try server.command("-a", "canary", "INFO", "commandstats")
        let line = try #require(commands.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_auth:") })
        #expect(line.contains("calls=1,"), "\(line)")
        #expect(!commands.contains("cmdstat_client"))
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func `a server of a trusted authority answers`(_ host: String) async throws {
        let certificates = try RedisCertificates()
        try await Self.withServer(certificates) { server, port in
            try await withClient(port: port, Self.configure(host: host, trusting: certificates.authorities)) { client in
                try await client.check("PING", is: .status("PONG"))
                // Many records each way, and more than the socket's buffers hold.
                let value = [UInt8]((0..<(6 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
                let set = RedisCommand([.bytes(Array("SET".utf8)), .bytes([1]), .bytes(value)])
                try await client.check(set, is: .status("OK"))
                let get = RedisCommand([.bytes(Array("GET".utf8)), .bytes([1])])
                try await client.check(get, is: .bytes(value))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<2000 {
                        group.addTask {
                            let reply = try await client.ask("ECHO", "\(number)")
                            #expect(reply == .text("\(number)"))
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `an unknown authority is refused, and sees no password`() async throws {
        let (certificates, stranger) = (try RedisCertificates(), try RedisCertificates())
        try await Self.withServer(certificates) { server, port in
            try await withClient(port: port, Self.configure(trusting: stranger.authorities)) { client in
                try await Self.expectRefusal(by: client, of: server)
            }
        }
        try await Self.withServer(certificates) { server, port in
            try await withClient(port: port, Self.configure(trusting: nil)) { client in
                try await Self.expectRefusal(by: client, of: server)
            }
        }
    }

    @Test(arguments: [("DNS:other.example", 2), ("DNS:localhost", -1), ("IP:127.0.0.2", 2)])
    func `a certificate of another host, or one that is over, is refused`(_ names: String, _ days: Int) async throws {
        let certificates = try RedisCertificates(names: names, days: days)
        try await Self.withServer(certificates) { server, port in
            try await withClient(port: port, Self.configure(trusting: certificates.authorities)) { client in
                try await Self.expectRefusal(by: client, of: server)
            }
        }
    }

    @Test func `a file of authorities that is missing is an error before anything is sent`() async throws {
        try await Self.withServer(try RedisCertificates()) { server, port in
            try await withClient(port: port, Self.configure(trusting: "/nonexistent/ca.pem")) { client in
                try await Self.expectRefusal(by: client, of: server)
            }
        }
    }

    // Row 29 of the faults: plain text is refused, no secret is sent.
    @Test func `a port that speaks no TLS sees a handshake and no password`() async throws {
        let (stream, received) = AsyncStream<[UInt8]>.makeStream()
        try await withScript(
            Self.configure(host: "127.0.0.1", trusting: nil),
            script: { connection in
                connection.write("-ERR Protocol error\r\n")
                received.yield(connection.readToEnd())
            }
        ) { _, client in
            let error = await client.failure("PING")
            #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
            let bytes = try #require(await stream.first { _ in true })
            #expect(bytes.first == 0x16)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.contains("AUTH") && !text.contains("canary"))
        }
    }

    @Test func `a client without TLS is not answered by a port with it`() async throws {
        try await Self.withServer(try RedisCertificates()) { _, port in
            let configure: (inout RedisClient.Configuration) -> Void = { $0.connectTimeout = .seconds(5) }
            try await withClient(port: port, configure) { client in
                let error = await client.failure("PING")
                #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
            }
        }
    }
}
