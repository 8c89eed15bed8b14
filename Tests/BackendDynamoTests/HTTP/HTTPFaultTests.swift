internal import RegionKitCore
internal import Synchronization
internal import Testing

@testable internal import BackendDynamo

struct HTTPFaultTests {
    @Test(arguments: [HTTPRequest.Method.get, .post])
    func `no request is sent twice when kept connections close after it`(_ method: HTTPRequest.Method) async throws {
        let arrivals = Mutex<[String: Int]>([:])
        try await withServer(script: { connection in
            // One answer, and the next request on the same connection gets none.
            guard connection.read() != nil, connection.answer("first"), let request = connection.read() else { return }
            arrivals.withLock { $0[request.path, default: 0] += 1 }
        }) { _, client, origin in
            for number in 0..<1000 {
                let first = try await client.send(HTTPRequest(.get, origin), deadline: .soon)
                #expect(first.status == 200)
                let body = method == .post ? Array("{}".utf8) : []
                let error = await client.failure(HTTPRequest(method, origin, path: "/\(number)", body: body))
                #expect(error?.mayHaveBeenSent == true)
                #expect(error.map { [.sendFailedRewind, .connectionClosed].contains($0.kind) } == true)
            }
        }
        let counts = arrivals.withLock { $0 }
        #expect(counts.count == 1000)
        #expect(counts.values.allSatisfy { $0 == 1 })
    }

    @Test(arguments: [
        ("", HTTPError.Kind.connectionClosed), ("HTTP/1.1 200 OK\r\nContent-", .connectionClosed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .connectionClosed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", .connectionClosed),
        ("SSH-2.0-OpenSSH_9.2\r\n", .badAnswer), ("\u{0}\u{1}\u{2}garbage\r\n\r\n", .badAnswer),
        ("<html>no</html>", .badAnswer), ("HTTP/9.9 200 OK\r\n\r\n", .badAnswer), ("HTTP/1.1 abc\r\n\r\n", .badAnswer),
        ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab", .badAnswer),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", .connectionClosed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", .tooLarge),
    ])
    func `a broken answer is an error, and the request may have been sent`(
        _ answer: String,
        _ kind: HTTPError.Kind
    ) async throws {
        try await withServer(script: { connection in
            while let request = connection.read() {
                guard request.path == "/broken" else {
                    connection.answer("fine")
                    continue
                }
                connection.write(answer)
                break
            }
        }) { _, client, origin in
            let error = await client.failure(HTTPRequest(.post, origin, path: "/broken", body: [1]))
            #expect(error?.kind == kind, "\(String(describing: error))")
            #expect(error?.mayHaveBeenSent == true)
            let response = try await client.send(HTTPRequest(.get, origin), deadline: .soon)
            #expect(String(decoding: response.body, as: UTF8.self) == "fine")
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    func `a reset is an error, and the request may have been sent`(_ answer: String) async throws {
        try await withServer(script: { connection in
            _ = connection.read()
            connection.write(answer)
            connection.reset()
        }) { _, client, origin in
            let error = await client.failure(HTTPRequest(.post, origin, body: [1]))
            #expect(error?.kind == .connectionClosed && error?.mayHaveBeenSent == true)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    func `silence ends at the deadline`(_ answer: String) async throws {
        try await withServer(script: { connection in
            _ = connection.read()
            connection.write(answer)
            _ = connection.readToEnd()
        }) { _, client, origin in
            let start = SystemTime().now
            let error = await client.failure(HTTPRequest(.post, origin, body: [1]), within: .milliseconds(500))
            #expect(error?.kind == .timedOut && error?.mayHaveBeenSent == true)
            let duration = start.duration(to: SystemTime().now)
            #expect((.milliseconds(495)...(.seconds(10))).contains(duration), "\(duration)")
        }
    }

    @Test func `a trickle does not outlast the deadline`() async throws {
        try await withServer(script: { connection in
            _ = connection.read()
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n")
            while connection.write("x") {}
        }) { _, client, origin in
            let error = await client.failure(HTTPRequest(.get, origin), within: .milliseconds(500))
            #expect(error?.kind == .timedOut && error?.mayHaveBeenSent == true)
        }
    }

    @Test func `a request whose time is over is not sent`() async throws {
        try await withServer(script: { $0.echo() }) { server, client, origin in
            let error = await client.failure(HTTPRequest(.get, origin), within: .zero)
            #expect(error?.kind == .timedOut && error?.mayHaveBeenSent == false)
            #expect(server.accepted == 0)
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "10\r\nxxxxxxxxxxxxxxxx\r\n"),
        ("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"), ("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxxxxxxxxxx"),
        ("", "HTTP/1.1 100 Continue\r\n\r\n"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", "X-Trailer: more\r\n"),
    ])
    func `an endless answer is cut off`(_ start: String, _ more: String) async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.bodyLimit = 1 << 20
        try await withServer(
            configuration,
            script: { connection in
                _ = connection.read()
                connection.write(start)
                while connection.write(String(repeating: more, count: 100)) {}
            }
        ) { _, client, origin in
            let error = await client.failure(HTTPRequest(.get, origin))
            #expect(error?.kind == .tooLarge && error?.mayHaveBeenSent == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: [(1000, true), (1001, false)])
    func `a body may be as large as the limit`(_ size: Int, _ fits: Bool) async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.bodyLimit = 1000
        try await withServer(
            configuration,
            script: { connection in
                while let request = connection.read() {
                    if request.path == "/chunked" {
                        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                        connection.write(
                            "\(String(size, radix: 16))\r\n\(String(repeating: "x", count: size))\r\n0\r\n\r\n"
                        )
                    } else {
                        connection.answer(String(repeating: "x", count: size))
                    }
                }
            }
        ) { _, client, origin in
            for path in ["/", "/chunked"] {
                let error = await client.failure(HTTPRequest(.get, origin, path: path))
                #expect(error?.kind == (fits ? nil : .tooLarge))
            }
        }
    }

    @Test func `a refused connection sends nothing`() async throws {
        let server = try HTTPServer { _ in }
        server.close()
        let client = try HTTPClient(.patient)
        let origin = try HTTPOrigin(.http, host: "127.0.0.1", port: server.port)
        let error = await client.failure(HTTPRequest(.post, origin, body: [1]))
        #expect(error?.kind == .connectFailed && error?.mayHaveBeenSent == false)
        await client.shutdown()
    }

    @Test func `a name without addresses sends nothing`() async throws {
        let client = try HTTPClient(.patient)
        let error = await client.failure(HTTPRequest(.get, try HTTPOrigin(.https, host: "does-not-exist.invalid")))
        // Where no name server answers at all, the connect timeout ends it.
        #expect(error.map { [.nameNotResolved, .connectTimedOut].contains($0.kind) } == true)
        #expect(error?.mayHaveBeenSent == false)
        await client.shutdown()
    }
}
