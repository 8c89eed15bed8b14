internal import Foundation
internal import RegionKitCore
internal import RegionKitTesting
internal import Testing

@testable internal import BackendRedis

@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed"))
struct RedisLifeTests {
    private static let cancellations =
        ProcessInfo.processInfo.environment["REGIONKIT_CANCELS"].flatMap { Int($0) } ?? 10_000

    /// How many sockets of this process lead to a port of this machine.
    private static func sockets(to port: Int) -> Int {
        (0..<4096).count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    unsafe getpeername(Int32(descriptor), pointer, &length)
                }
            }
            return code == 0 && address.sin_family == sa_family_t(AF_INET)
                && UInt16(bigEndian: address.sin_port) == UInt16(port)
        }
    }

    private static func entries(of path: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: path).count
    }

    @Test func `a cancelled command ends at once, and its reply reaches nobody`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                _ = try await client.ask("PING")
                let task = Task { await client.failure("BLPOP", "list", "0") }
                while try server.command("CLIENT", "LIST").contains("cmd=blpop") == false { await Task.yield() }
                task.cancel()
                let error = await task.value
                #expect(error?.kind == .cancelled && error?.mayHaveBeenSent == true)
                #expect(client.pending == 0)
                async let next = client.ask("ECHO", "next")
                try server.command("RPUSH", "list", "element")
                let reply = try await next
                #expect(reply == .text("next"))
                #expect(Self.sockets(to: server.port) == 1)
            }
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        try await withScript(script: { $0.readToEnd() }) { server, client in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await client.failure("PING")
            }
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .cancelled && error?.mayHaveBeenSent == false)
            #expect(server.accepted == 0)
        }
    }

    @Test func `what is too much is refused at once`() async throws {
        try await withScript(
            { ($0.inFlight, $0.queue) = (2, 3) },
            script: { connection in
                connection.admit()
                connection.readToEnd()
            }
        ) { _, client in
            let tasks = (0..<5).map { _ in Task { await client.failure("PING") } }
            while client.pending < 5 { await Task.yield() }
            let error = await client.failure("PING")
            #expect(error?.kind == .overloaded && error?.mayHaveBeenSent == false)
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await task.value?.kind == .cancelled) }
            #expect(client.pending == 0)
        }
    }

    @Test func `random cancellations under load mix up no replies and leave nothing behind`() async throws {
        try await withRedis { server in
            try await withClient(port: server.port) { client in
                let workers = 32
                let outcomes = try await withThrowingTaskGroup(of: (answered: Int, cancelled: Int).self) { group in
                    for worker in 0..<workers {
                        group.addTask {
                            var random = SeededGenerator(seed: UInt64(worker))
                            var (answered, cancelled) = (0, 0)
                            while cancelled < Self.cancellations / workers {
                                let text = "\(worker)/\(answered)/\(cancelled)"
                                let task = Task { try await client.ask("ECHO", text) }
                                if random.next().isMultiple(of: 2) {
                                    for _ in 0..<random.next() % 64 { await Task.yield() }
                                    task.cancel()
                                }
                                switch await task.result {
                                case .success(let reply):
                                    answered += 1
                                    guard reply == .text(text) else { throw Mixed() }
                                case .failure(let error):
                                    guard (error as? RedisError)?.kind == .cancelled else { throw error }
                                    cancelled += 1
                                }
                            }
                            return (answered, cancelled)
                        }
                    }
                    return try await group.reduce((0, 0)) { ($0.0 + $1.answered, $0.1 + $1.cancelled) }
                }
                #expect(outcomes.0 > 0 && outcomes.1 >= Self.cancellations / workers * workers)
                #expect(client.pending == 0)
                #expect(Self.sockets(to: server.port) == 1)
                print("Redis cancellations: \(outcomes.1), with \(outcomes.0) replies")
            }
            #expect(Self.sockets(to: server.port) == 0)
        }
    }

    @Test func `a shutdown fails what is under way and what waits, and leaves nothing behind`() async throws {
        try await withScript(
            { $0.inFlight = 1 },
            script: { connection in
                connection.admit()
                connection.readToEnd()
            }
        ) { server, client in
            let tasks = (0..<10).map { _ in Task { await client.failure("PING") } }
            while client.pending < 10 { await Task.yield() }
            await client.shutdown()
            for task in tasks { #expect(await task.value?.kind == .closed) }
            let later = await client.failure("PING")
            #expect(later?.kind == .closed && later?.mayHaveBeenSent == false)
            #expect(client.pending == 0)
            #expect(Self.sockets(to: server.port) == 0)
            await client.shutdown()
        }
    }

    @Test(arguments: ["127.0.0.1", "does-not-exist.invalid"])
    func `a shutdown does not wait for a connection that is being made`(_ host: String) async throws {
        try await withScript({ $0.host = host }, script: { $0.readToEnd() }) { _, client in
            async let failure = client.failure("PING")
            await client.shutdown()
            let kind = await failure?.kind
            #expect(kind == .closed || kind == .notConnected)
        }
    }

    @Test func `clients come and go, and neither descriptors nor threads stay`() async throws {
        try await withRedis { server in
            let (descriptors, threads) = (
                try Self.entries(of: "/proc/self/fd"), try Self.entries(of: "/proc/self/task")
            )
            for number in 0..<300 {
                let client = try RedisClient(RedisClient.Configuration(port: server.port))
                if number % 3 != 0 { #expect(await client.failure("PING") == nil) }
                if number % 2 == 0 { await client.shutdown() }
            }
            while Self.sockets(to: server.port) > 0 { await Task.yield() }
            // Other tests of this process have some too.
            #expect(try Self.entries(of: "/proc/self/fd") < descriptors + 150)
            #expect(try Self.entries(of: "/proc/self/task") < threads + 150)
        }
    }

    private struct Mixed: Error {}
}
