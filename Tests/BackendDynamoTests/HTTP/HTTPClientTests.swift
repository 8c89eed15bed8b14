internal import RegionKitCore
internal import Synchronization
internal import Testing

@testable internal import BackendDynamo

struct HTTPClientTests {
    @Test func `a request arrives as it was made and its answer comes back`() async throws {
        try await withServer(script: { $0.echo() }) { server, client, origin in
            let before = SystemTime().now
            let response = try await client.send(
                HTTPRequest(
                    .post,
                    origin,
                    path: "/a/../b?c=%20d",
                    headers: [("X-Amz-Target", "DynamoDB_20120810.GetItem"), ("X-Empty", "")],
                    body: Array("{}".utf8)
                ),
                deadline: .soon
            )
            #expect(response.status == 200)
            #expect(String(decoding: response.body, as: UTF8.self) == "/a/../b?c=%20d")
            #expect(response.headers["x-test"] == "Yes" && response.headers["X-TEST"] == "Yes")
            #expect(response.headers["x-tes"] == nil)
            #expect(response.headers.all.map(\.name) == ["x-test", "content-length"])
            #expect(!response.reusedConnection)
            #expect(before <= response.sent && response.sent <= response.received)
            #expect(response.received <= SystemTime().now)

            let request = try #require(await server.requests.first { _ in true })
            #expect(request.lines.first == "POST /a/../b?c=%20d HTTP/1.1")
            #expect(request.body == "{}")
            #expect(request.values("host") == [origin.authority])
            #expect(request.values("x-amz-target") == ["DynamoDB_20120810.GetItem"])
            #expect(request.values("x-empty") == [""])
            #expect(request.values("accept-encoding") == ["identity"])
            #expect(request.values("content-length") == ["2"])
            #expect(request.lines.count == 6)
        }
    }

    @Test(arguments: [
        (HTTPRequest.Method.get, "", nil), (.post, "", "0"), (.post, "a", "1"), (.put, "", nil), (.put, "ab", "2"),
        (.delete, "", nil), (.post, String(repeating: "x", count: 3 << 20), "3145728"),
    ])
    func `methods and bodies are framed as HTTP wants it`(
        _ method: HTTPRequest.Method,
        _ body: String,
        _ length: String?
    ) async throws {
        try await withServer(script: { $0.echo() }) { server, client, origin in
            // The second request uses a handle that has served another method.
            for (method, body) in [(method, body), (.post, "between"), (.get, ""), (method, body)] {
                let request = HTTPRequest(method, origin, body: Array(body.utf8))
                let status = try await client.send(request, deadline: .soon).status
                #expect(status == 200)
            }
            var seen: [ReceivedRequest] = []
            for await request in server.requests.prefix(4) { seen.append(request) }
            for request in [seen[0], seen[3]] {
                #expect(request.lines.first == "\(method.rawValue) / HTTP/1.1")
                #expect(request.body == body)
                #expect(request.values("content-length").first == length)
                #expect(request.values("expect").isEmpty)
            }
        }
    }

    @Test func `connections are kept and used again`() async throws {
        try await withServer(script: { $0.echo() }) { server, client, origin in
            for number in 0..<50 {
                let response = try await client.send(HTTPRequest(.get, origin, path: "/\(number)"), deadline: .soon)
                #expect(String(decoding: response.body, as: UTF8.self) == "/\(number)")
                #expect(response.reusedConnection == (number > 0))
            }
            #expect(server.accepted == 1)
        }
    }

    @Test func `a host gets no more connections than allowed`() async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.connectionsPerHost = 3
        try await withServer(configuration, script: { $0.echo() }) { server, client, origin in
            try await withThrowingTaskGroup { group in
                for number in 0..<100 {
                    group.addTask {
                        let request = HTTPRequest(.get, origin, path: "/\(number)")
                        let response = try await client.send(request, deadline: .soon)
                        return String(decoding: response.body, as: UTF8.self) == "/\(number)"
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
            #expect((1...3).contains(server.accepted))
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", 200, "abcde", nil),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Mark\r\n\r\n1\r\na\r\n0\r\nX-Mark: 1\r\n\r\n",
            200, "a", nil
        ),
        (
            "HTTP/1.1 103 Early Hints\r\nX-Mark: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Mark:  2 \r\nContent-Length: 1\r\n\r\nb",
            200, "b", "2"
        ),
        ("HTTP/1.1 302 Found\r\nLocation: /other\r\nX-Mark: 3\r\nContent-Length: 0\r\n\r\n", 302, "", "3"),
        ("HTTP/1.1 500 No\r\nX-Mark:4\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\noops", 500, "oops", "4"),
        ("HTTP/1.1 204 No Content\r\nX-Mark: \r\n\r\n", 204, "", ""),
        ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok", 200, "ok", nil),
    ])
    func `answers of all forms are read`(
        _ text: String,
        _ status: Int,
        _ body: String,
        _ mark: String?
    ) async throws {
        try await withServer(script: { connection in
            while connection.read() != nil { connection.write(text) }
        }) { server, client, origin in
            for _ in 0..<2 {
                let response = try await client.send(HTTPRequest(.get, origin), deadline: .soon)
                #expect(response.status == status)
                #expect(String(decoding: response.body, as: UTF8.self) == body)
                #expect(response.headers["x-mark"] == mark)
            }
            #expect(server.accepted == 1)
        }
    }

    @Test(arguments: [
        ("", []), ("no-slash", []), ("/a b", []), ("/a\r\nX: y", []), ("/a#b", []), ("/ä", []),
        ("/", [("X\r\nY", "z")]), ("/", [("X", "y\r\nZ: z")]), ("/", [("X", "y\u{0}")]), ("/", [("", "y")]),
        ("/", [("X:", "y")]), ("/", [("Content-Length", "5")]), ("/", [("transfer-encoding", "chunked")]),
        ("/", [("Accept-Encoding", "gzip")]), ("/", [("Expect", "100-continue")]), ("/", [("Connection", "close")]),
        ("/", [("X", String(repeating: "x", count: 65537))]),
        ("/", Array(repeating: ("X", "y"), count: 200)),
    ])
    func `a request that would not be what it seems is refused`(
        _ path: String,
        _ headers: [(String, String)]
    ) async throws {
        try await withServer(script: { $0.echo() }) { server, client, origin in
            let request = HTTPRequest(.get, origin, path: path, headers: headers.map { (name: $0.0, value: $0.1) })
            let error = await client.failure(request)
            #expect(error?.kind == .local && error?.mayHaveBeenSent == false)
            let status = try await client.send(HTTPRequest(.get, origin), deadline: .soon).status
            #expect(status == 200)
            #expect(server.accepted == 1)
        }
    }

    @Test(arguments: ["", "a b", "a/b", "user@host", "[localhost]", "fe80::1%eth0", "a\r\nb", "[::1", "a:b"])
    func `what is no host is refused`(_ host: String) {
        #expect(throws: HTTPError.self) { try HTTPOrigin(.https, host: host) }
    }

    @Test func `a port out of range and a configuration out of range are refused`() {
        #expect(throws: HTTPError.self) { try HTTPOrigin(.https, host: "a", port: 0) }
        #expect(throws: HTTPError.self) { try HTTPOrigin(.https, host: "a", port: 65536) }
        var configuration = HTTPClient.Configuration.patient
        configuration.connectTimeout = .zero
        #expect(throws: HTTPError.self) { try HTTPClient(configuration) }
    }

    @Test(arguments: [
        (HTTPOrigin.Scheme.https, "example.org", 443, "example.org"), (.https, "example.org", 80, "example.org:80"),
        (.http, "::1", 80, "[::1]"), (.http, "[::1]", 8000, "[::1]:8000"), (.http, "127.0.0.1", 80, "127.0.0.1"),
    ])
    func `the authority names the port only where it is not the standard`(
        _ scheme: HTTPOrigin.Scheme,
        _ host: String,
        _ port: Int,
        _ authority: String
    ) throws {
        let origin = try HTTPOrigin(scheme, host: host, port: port)
        #expect(origin.authority == authority)
        #expect(origin.text == "\(scheme.rawValue)://\(authority)")
    }
}

extension MonotonicInstant {
    /// Later than anything that these tests wait for.
    static var soon: MonotonicInstant { SystemTime().now.advanced(by: .seconds(20)) }
}

extension HTTPClient.Configuration {
    /// The defaults, for a machine that may be busy.
    static var patient: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.connectTimeout = .seconds(15)
        return configuration
    }
}

extension HTTPClient {
    /// The error of a request; nil if it has an answer.
    func failure(_ request: HTTPRequest, within duration: Duration = .seconds(20)) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await self.send(request, deadline: SystemTime().now.advanced(by: duration))
            return nil
        } catch {
            return error
        }
    }
}
