internal import Foundation
internal import RegionKitCore
internal import RegionKitTesting
internal import Synchronization
internal import Testing

@testable internal import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisClientTests {
    @Test func `any bytes go and come back`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                var random = SeededGenerator(seed: 5)
                for length in [0, 1, 255, 65_536, 3 << 20] {
                    let key = (0...255).map { UInt8($0) } + [UInt8(truncatingIfNeeded: length)]
                    let value = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
                    let set = RedisCommand([.bytes(Array("SET".utf8)), .bytes(key), .bytes(value)])
                    try await client.check(set, is: .status("OK"))
                    let get = RedisCommand([.bytes(Array("GET".utf8)), .bytes(key)])
                    try await client.check(get, is: .bytes(value))
                }
                try await client.check("GET", "none", is: .null)
                try await client.check("LRANGE", "none", "0", "-1", is: .array([]))
                let nested = try await client.ask("EVAL", "return {1, {redis.error_reply('ERR a'), false}, 'b'}", "0")
                #expect(nested == .array([.integer(1), .array([.error("ERR a"), .null]), .text("b")]))
            }
        }
    }

    @Test func `an error reply is thrown with the server's words`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                _ = try await client.ask("SET", "key", "text")
                let error = await client.failure("INCR", "key")
                #expect(error?.kind == .reply && error?.mayHaveBeenSent == true)
                #expect(error?.message.hasPrefix("ERR value is not an integer") == true)
                // Arguments may be personal.
                let unknown = await client.failure("NOSUCHCOMMAND", "canary")
                #expect(unknown?.kind == .reply && unknown?.message.contains("canary") == false)
                try await client.check("GET", "key", is: .text("text"))
            }
        }
    }

    @Test func `replies reach their own callers, however many there are`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port, { $0.inFlight = 100 }) { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<5000 {
                        // At most 1000 at once.
                        if number >= 1000 { try await group.next() }
                        group.addTask {
                            let reply = try await client.ask("ECHO", "\(number)")
                            guard reply == .text("\(number)") else { throw Mixed() }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(client.pending == 0)
            }
        }
    }

    @Test func `commands of one caller are executed in its order`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for caller in 0..<16 {
                        group.addTask {
                            for number in 0..<100 { _ = try await client.ask("RPUSH", "list\(caller)", "\(number)") }
                        }
                    }
                    try await group.waitForAll()
                }
                for caller in 0..<16 {
                    let list = try await client.ask("LRANGE", "list\(caller)", "0", "-1")
                    #expect(list == .array((0..<100).map { .text("\($0)") }))
                }
            }
        }
    }

    @Test func `commands of many callers go out in one write`() async throws {
        let (stream, arrivals) = AsyncStream<[Int]>.makeStream()
        try await withScript(script: { connection in
            connection.admit()
            let before = connection.reads.count
            for _ in 0..<64 { guard connection.read() != nil else { return } }
            arrivals.yield(Array(connection.reads[before...]))
            for _ in 0..<64 { connection.write("+OK\r\n") }
            connection.readToEnd()
        }) { _, client in
            // All of them order in one turn of the loop.
            await withTaskGroup { group in
                for number in 0..<64 {
                    group.addTask(executorPreference: client.executor) {
                        #expect(await client.failure("SET", "key", "\(number)") == nil)
                    }
                }
            }
            let reads = try #require(await stream.first { _ in true })
            // The first ones may go before the others have ordered.
            #expect(reads.count <= 3, "\(reads)")
        }
    }

    @Test func `the run id is filled in, and is another one after a restart`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                let echo = RedisCommand([.bytes(Array("ECHO".utf8)), .runID])
                for _ in 0..<2 {
                    let reply = try await client.send(echo, deadline: .soon)
                    let line = try server.command("INFO", "server").split(whereSeparator: \.isNewline)
                        .first { $0.hasPrefix("run_id:") }
                    #expect(reply == .text(String(try #require(line).dropFirst(7))))
                    try server.restart()
                }
            }
        }
    }

    @Test func `the database, the name and the user are those of the configuration`() async throws {
        try await withRedis { server in
            try server.command("ACL", "SETUSER", "anna", "on", ">the key", "~*", "+@all")
            let configure: (inout RedisClient.Configuration) -> Void = {
                ($0.user, $0.password, $0.database, $0.clientName) = ("anna", Secret("the key"), 7, "test:1")
            }
            try await withClient(port: server.port, configure) { client in
                try await client.check("ACL", "WHOAMI", is: .text("anna"))
                try await client.check("CLIENT", "GETNAME", is: .text("test:1"))
                _ = try await client.ask("SET", "key", "seven")
            }
            #expect(try server.command("-n", "7", "GET", "key") == "seven")
        }
    }

    @Test(
        arguments: [
            (nil, "right", 0, nil), (nil, "wrong", 0, "WRONGPASS"), (nil, nil, 0, "NOAUTH"),
            ("default", "right", 0, nil), ("nobody", "right", 0, "WRONGPASS"), (nil, "right", 99, "ERR DB index"),
            ("small", "pass", 0, "NOPERM"),
        ] as [(String?, String?, Int, String?)]
    )
    func `only the right password gets in`(
        _ user: String?,
        _ password: String?,
        _ database: Int,
        _ words: String?
    ) async throws {
        try await withRedis(["--requirepass", "right"]) { server in
            try server.command("-a", "right", "ACL", "SETUSER", "small", "on", ">pass", "~*", "+get", "+select")
            let configure: (inout RedisClient.Configuration) -> Void = {
                ($0.user, $0.password, $0.database) = (user, password.map(Secret.init), database)
            }
            try await withClient(port: server.port, configure) { client in
                let error = await client.failure("GET", "key")
                if let words {
                    #expect(error?.kind == .notAdmitted && error?.mayHaveBeenSent == false)
                    let message = try #require(error?.message)
                    #expect(message.contains(words) && !message.contains(password ?? "–"), "\(message)")
                } else {
                    #expect(error == nil)
                }
            }
        }
    }

    @Test func `a server that is full says so`() async throws {
        try await withRedis(["--maxclients", "1"]) { server in
            try await withClient(port: server.port) { first in
                // The server counts a connection of redis-cli for a moment after its end.
                while await first.failure("PING") != nil { await Task.yield() }
                try await withClient(port: server.port) { second in
                    let error = await second.failure("PING")
                    #expect(error?.kind == .notAdmitted && error?.message.contains("max number of clients") == true)
                }
            }
        }
    }

    @Test func `a reply beyond the limits ends the connection, and the next command gets another`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port, { ($0.limits.elements, $0.limits.stringBytes) = (100, 4096) }) {
                client in
                for script in ["return string.rep('x', 5000)", "local t = {} for i = 1, 101 do t[i] = i end return t"] {
                    try await client.check("PING", is: .status("PONG"))
                    let error = await client.failure("EVAL", script, "0")
                    #expect(error?.kind == .malformedReply && error?.mayHaveBeenSent == true, "\(error?.message ?? "")")
                }
                try await client.check(
                    "EVAL",
                    "return string.rep('x', 4096)",
                    "0",
                    is: .text(String(repeating: "x", count: 4096))
                )
            }
        }
    }

    private struct Mixed: Error {}
}
