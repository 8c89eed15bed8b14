internal import Foundation
internal import RegionKitCore
internal import Testing

@testable internal import BackendDynamo

@Suite(.enabled(if: SecureServer.isAvailable, "the openssl command is not installed"))
struct HTTPSTests {
    private static func client(trusting file: String?, knowing known: [String: [String]] = [:]) throws -> HTTPClient {
        var configuration = HTTPClient.Configuration.patient
        configuration.authorities = file
        configuration.knownAddresses = known
        return try HTTPClient(configuration)
    }

    @Test func `a server of a trusted authority answers`() async throws {
        let server = try SecureServer()
        defer { server.close() }
        let client = try Self.client(trusting: server.authorities)
        for host in ["localhost", "127.0.0.1"] {
            let origin = try HTTPOrigin(.https, host: host, port: server.port)
            let response = try await client.send(HTTPRequest(.get, origin), deadline: .soon)
            #expect(response.status == 200 && !response.body.isEmpty)
        }
        await client.shutdown()
    }

    @Test func `an unknown authority is refused and sees no request`() async throws {
        let (server, stranger) = (try SecureServer(), try SecureServer())
        defer {
            server.close()
            stranger.close()
        }
        for file in [nil, stranger.authorities] {
            let client = try Self.client(trusting: file)
            let origin = try HTTPOrigin(.https, host: "localhost", port: server.port)
            let error = await client.failure(HTTPRequest(.post, origin, body: [1]))
            #expect(error?.kind == .tlsFailed && error?.mayHaveBeenSent == false, "\(String(describing: error))")
            await client.shutdown()
        }
    }

    @Test func `a certificate of another host is refused and sees no request`() async throws {
        let server = try SecureServer(names: "DNS:other.example")
        defer { server.close() }
        let client = try Self.client(trusting: server.authorities)
        let origin = try HTTPOrigin(.https, host: "localhost", port: server.port)
        let error = await client.failure(HTTPRequest(.post, origin, body: [1]))
        #expect(error?.kind == .tlsFailed && error?.mayHaveBeenSent == false, "\(String(describing: error))")
        await client.shutdown()
    }

    @Test func `a file of authorities that is missing is an error before anything is sent`() async throws {
        let server = try SecureServer()
        defer { server.close() }
        let client = try Self.client(trusting: "/nonexistent/ca.pem")
        let origin = try HTTPOrigin(.https, host: "localhost", port: server.port)
        let error = await client.failure(HTTPRequest(.post, origin, body: [1]))
        #expect(error?.kind == .tlsFailed && error?.mayHaveBeenSent == false, "\(String(describing: error))")
        await client.shutdown()
    }

    @Test func `a port that speaks no TLS sees a handshake and no request`() async throws {
        let (stream, received) = AsyncStream<[UInt8]>.makeStream()
        try await withServer(script: { connection in
            connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            received.yield(connection.readToEnd())
        }) { server, client, _ in
            let origin = try HTTPOrigin(.https, host: "127.0.0.1", port: server.port)
            let error = await client.failure(HTTPRequest(.get, origin, path: "/secret"))
            #expect(error?.kind == .tlsFailed && error?.mayHaveBeenSent == false, "\(String(describing: error))")
            let bytes = try #require(await stream.first { _ in true })
            #expect(bytes.first == 0x16)
            #expect(!String(decoding: bytes, as: UTF8.self).contains("secret"))
        }
    }

    @Test func `a handshake without an answer ends at the connect timeout`() async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.connectTimeout = .milliseconds(100)
        try await withServer(configuration, script: { _ = $0.readToEnd() }) { server, client, _ in
            let origin = try HTTPOrigin(.https, host: "127.0.0.1", port: server.port)
            let error = await client.failure(HTTPRequest(.get, origin))
            #expect(error?.kind == .connectTimedOut && error?.mayHaveBeenSent == false)
            let late = await client.failure(HTTPRequest(.get, origin), within: .milliseconds(50))
            #expect(late?.kind == .timedOut && late?.mayHaveBeenSent == false)
        }
    }

    @Test func `the last good addresses serve while the name does not resolve`() async throws {
        let name = "does-not-exist.invalid"
        let server = try SecureServer(names: "DNS:\(name)")
        defer { server.close() }
        // Nothing listens at the first one.
        let client = try Self.client(trusting: server.authorities, knowing: [name: ["127.0.0.2", "127.0.0.1"]])
        let origin = try HTTPOrigin(.https, host: name, port: server.port)
        for _ in 0..<3 {
            let response = try await client.send(HTTPRequest(.get, origin), deadline: .soon)
            #expect(response.status == 200)
        }
        await client.shutdown()
    }
}
