internal import Foundation
internal import RegionKitCore
import RegionKitTesting
internal import Testing

@testable internal import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisFaultTests {
    // Rows 7 and 3 of the faults: one attempt timeout, then nothing.
    @Test func `a stopped server costs each command its deadline, and its late replies reach nobody`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                try await client.check("ECHO", "before", is: .text("before"))
                server.stop()
                let begin = SystemTime().now
                async let other = client.failure("ECHO", "other")
                let error = await client.failure("ECHO", "late", by: .after(.milliseconds(300)))
                let took = begin.duration(to: SystemTime().now)
                #expect(error?.kind == .timeout && error?.mayHaveBeenSent == true)
                #expect(took >= .milliseconds(300), "\(took)")
                // The connection is closed; what comes next waits for another, which a stopped server does not admit.
                let next = await client.failure("ECHO", "next", by: .after(.milliseconds(300)))
                #expect(next?.kind == .notConnected && next?.mayHaveBeenSent == false)
                server.resume()
                for number in 0..<100 {
                    try await client.check("ECHO", "\(number)", is: .text("\(number)"))
                }
                // It was sent along with the late one, or only after.
                let lost = await other
                #expect(lost == nil || lost?.kind == .connectionLost)
                #expect(client.pending == 0)
            }
        }
    }

    @Test func `a reply that comes after the deadline is not taken for the next command's`() async throws {
        try await withScript(script: { connection in
            connection.admit()
            if connection.number == 1 {
                _ = connection.read()
                _ = connection.bulk("in time")
                _ = connection.read()
                // The client has closed the connection when this arrives, or closes it without looking.
                connection.readToEnd()
                _ = connection.bulk("late")
            } else {
                connection.echo()
            }
        }) { server, client in
            try await client.check("ECHO", "in time", is: .text("in time"))
            let error = await client.failure("ECHO", "late", by: .after(.milliseconds(100)))
            #expect(error?.kind == .timeout && error?.mayHaveBeenSent == true)
            try await client.check("ECHO", "next", is: .text("next"))
            #expect(server.accepted == 2)
        }
    }

    // P8: a killed server is noticed at once.
    @Test func `a killed server fails what is under way, refuses at once, and is found again`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                for _ in 0..<3 {
                    _ = try await client.ask("PING")
                    async let blocked = client.failure("BLPOP", "none", "0")
                    while client.pending == 0 { await Task.yield() }
                    server.kill()
                    let lost = await blocked
                    #expect(lost?.kind == .connectionLost || lost?.kind == .notConnected, "\(lost?.message ?? "")")
                    for _ in 0..<100 {
                        let error = await client.failure("PING")
                        #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
                    }
                    try server.restart()
                    while await client.failure("PING") != nil { await Task.yield() }
                }
                #expect(client.pending == 0)
            }
        }
    }

    @Test func `a command of which no byte was sent goes out on the next connection`() async throws {
        try await withScript(
            { $0.inFlight = 1 },
            script: { connection in
                connection.admit()
                if connection.number == 1 {
                    _ = connection.read()
                    _ = connection.bulk("served")
                    // Ends with the second command under way and the third waiting.
                    _ = connection.read()
                } else {
                    connection.echo()
                }
            }
        ) { server, client in
            try await client.check("ECHO", "served", is: .text("served"))
            async let second = client.failure("ECHO", "second")
            async let third = client.ask("ECHO", "third")
            let (lost, reply) = (await second, try await third)
            // Either may come first.
            #expect(lost?.kind == .connectionLost && reply == .text("third") || lost == nil)
        }
    }

    @Test func `connections are made one after the other, with pauses`() async throws {
        try await withScript(script: { _ in }) { server, client in
            let begin = SystemTime().now
            await withTaskGroup { group in
                for _ in 0..<32 {
                    group.addTask {
                        while begin.duration(to: SystemTime().now) < .milliseconds(500) {
                            let error = await client.failure("PING")
                            #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
                        }
                    }
                }
            }
            // Full jitter below 50, 100, 200, 400 … ms.
            #expect((1...20).contains(server.accepted), "\(server.accepted)")
            #expect(server.mostOpen <= 2, "\(server.mostOpen)")
        }
    }

    @Test func `a server that accepts and is silent is given up at the connect timeout`() async throws {
        try await withScript({ $0.connectTimeout = .milliseconds(200) }, script: { $0.readToEnd() }) { _, client in
            let begin = SystemTime().now
            let error = await client.failure("PING")
            #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
            #expect(begin.duration(to: SystemTime().now) >= .milliseconds(200))
            #expect(error?.message.contains("0.2 seconds") == true, "\(error?.message ?? "")")
        }
    }

    @Test(arguments: [
        "+OK\r\n", "!\r\n", "$-7\r\n", "*1000000000\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "-ERR max number\r\n",
    ])
    func `a server that greets with nonsense is not admitted to`(_ greeting: String) async throws {
        try await withScript(script: { connection in
            connection.write(greeting)
            connection.readToEnd()
        }) { _, client in
            let error = await client.failure("PING")
            #expect(error?.kind == .notConnected || error?.kind == .notAdmitted, "\(error?.message ?? "")")
            #expect(error?.mayHaveBeenSent == false)
        }
    }

    @Test func `an endless reply is given up, and memory stays bounded`() async throws {
        try await withScript(
            { $0.limits.stringBytes = 1 << 20 },
            script: { connection in
                connection.admit()
                _ = connection.read()
                connection.write("$2147483647\r\n")
                while connection.write(String(repeating: "x", count: 65536)) {}
            }
        ) { _, client in
            let error = await client.failure("GET", "key")
            #expect(error?.kind == .malformedReply && error?.mayHaveBeenSent == true)
        }
    }

    @Test(arguments: ["169.254.169.254", "fe80::1", "0xA9FEA9FE", "::ffff:169.254.169.254"])
    func `link-local and metadata addresses are refused`(_ host: String) async throws {
        let configure: (inout RedisClient.Configuration) -> Void = {
            ($0.host, $0.allowsInsecureConnections) = (host, true)
        }
        try await withClient(port: 6379, configure) { client in
            let error = await client.failure("PING")
            #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
            #expect(error?.message.contains("link-local") == true, "\(error?.message ?? "")")
        }
    }

    @Test func `a name that is none is not reached`() async throws {
        try await withClient(port: 6379, { $0.host = "does-not-exist.invalid" }) { client in
            let error = await client.failure("PING")
            #expect(error?.kind == .notConnected && error?.mayHaveBeenSent == false)
        }
    }
}
