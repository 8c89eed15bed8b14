internal import RegionKitCore
internal import Testing

@testable internal import BackendDynamo

struct HTTPLifeTests {
    /// Answers paths that begin with `/echo`, and is silent otherwise.
    @Sendable private static func script(_ connection: ServerConnection) {
        while let request = connection.read() {
            if request.path.hasPrefix("/echo") {
                connection.answer(request.path)
            } else {
                _ = connection.readToEnd()
            }
        }
    }

    /// A client with room for one request under way and two that wait.
    private static var narrow: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration.patient
        (configuration.connectionsPerHost, configuration.inFlight, configuration.queue) = (1, 1, 2)
        return configuration
    }

    @Test func `a cancelled request ends at once and the client goes on`() async throws {
        try await withServer(script: Self.script) { server, client, origin in
            let task = Task { await client.failure(HTTPRequest(.post, origin, path: "/silent", body: [1])) }
            _ = await server.requests.first { _ in true }
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .cancelled && error?.mayHaveBeenSent == true)
            #expect(client.pending == 0)
            let response = try await client.send(HTTPRequest(.get, origin, path: "/echo"), deadline: .soon)
            #expect(String(decoding: response.body, as: UTF8.self) == "/echo")
            #expect(!response.reusedConnection)
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        try await withServer(script: Self.script) { server, client, origin in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                return await client.failure(HTTPRequest(.get, origin, path: "/echo"))
            }
            task.cancel()
            let error = await task.value
            #expect(error?.kind == .cancelled && error?.mayHaveBeenSent == false)
            #expect(server.accepted == 0)
        }
    }

    @Test func `what is too much is refused at once, and what waits keeps its deadline`() async throws {
        try await withServer(Self.narrow, script: Self.script) { server, client, origin in
            let first = Task { await client.failure(HTTPRequest(.get, origin, path: "/silent")) }
            _ = await server.requests.first { _ in true }
            let late = await client.failure(HTTPRequest(.get, origin, path: "/echo"), within: .milliseconds(100))
            #expect(late?.kind == .timedOut && late?.mayHaveBeenSent == false)

            let second = Task { await client.failure(HTTPRequest(.get, origin, path: "/echo")) }
            let third = Task { await client.failure(HTTPRequest(.get, origin, path: "/echo")) }
            while client.pending < 3 { await Task.yield() }
            let fourth = await client.failure(HTTPRequest(.get, origin, path: "/echo"))
            #expect(fourth?.kind == .overloaded && fourth?.mayHaveBeenSent == false)

            third.cancel()
            let cancelled = await third.value
            #expect(cancelled?.kind == .cancelled && cancelled?.mayHaveBeenSent == false)

            first.cancel()
            #expect(await first.value?.kind == .cancelled)
            #expect(await second.value == nil)
            #expect(client.pending == 0)
        }
    }

    @Test func `one silent server does not hold up another`() async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.connectionsPerHost = 1
        let other = try HTTPServer(Self.script)
        defer { other.close() }
        try await withServer(configuration, script: Self.script) { server, client, origin in
            let stuck = Task { await client.failure(HTTPRequest(.get, origin, path: "/silent")) }
            _ = await server.requests.first { _ in true }
            let origin = try HTTPOrigin(.http, host: "127.0.0.1", port: other.port)
            #expect(await client.failure(HTTPRequest(.get, origin, path: "/echo")) == nil)
            stuck.cancel()
            #expect(await stuck.value?.kind == .cancelled)
        }
    }

    @Test func `a shutdown fails what is under way and what waits`() async throws {
        try await withServer(Self.narrow, script: Self.script) { server, client, origin in
            let first = Task { await client.failure(HTTPRequest(.get, origin, path: "/silent")) }
            _ = await server.requests.first { _ in true }
            let second = Task { await client.failure(HTTPRequest(.get, origin, path: "/echo")) }
            while client.pending < 2 { await Task.yield() }
            await client.shutdown()
            let (sent, waited) = await (first.value, second.value)
            #expect(sent?.kind == .closed && sent?.mayHaveBeenSent == true)
            #expect(waited?.kind == .closed && waited?.mayHaveBeenSent == false)
            let later = await client.failure(HTTPRequest(.get, origin, path: "/echo"))
            #expect(later?.kind == .closed && later?.mayHaveBeenSent == false)
            #expect(client.pending == 0)
            await client.shutdown()
        }
    }

    @Test func `clients come and go`() async throws {
        try await withServer(script: Self.script) { _, _, origin in
            for number in 0..<50 {
                let client = try HTTPClient(.patient)
                #expect(await client.failure(HTTPRequest(.get, origin, path: "/echo")) == nil)
                if number.isMultiple(of: 2) { await client.shutdown() }
            }
        }
    }

    @Test func `random cancellations under load mix up no answers`() async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.connectionsPerHost = 16
        try await withServer(configuration, script: Self.script) { _, client, origin in
            let outcomes = try await withThrowingTaskGroup(of: (answered: Int, cancelled: Int).self) { group in
                for worker in 0..<32 {
                    group.addTask {
                        var random = SplitMix(state: UInt64(worker))
                        var (answered, cancelled) = (0, 0)
                        while cancelled < 32 {
                            let path = "/echo/\(worker)/\(answered)/\(cancelled)"
                            let task = Task {
                                try await client.send(
                                    HTTPRequest(.post, origin, path: path, body: [1]),
                                    deadline: .soon
                                )
                            }
                            if random.next().isMultiple(of: 2) {
                                for _ in 0..<random.next() % 64 { await Task.yield() }
                                task.cancel()
                            }
                            switch await task.result {
                            case .success(let response):
                                answered += 1
                                guard String(decoding: response.body, as: UTF8.self) == path else { throw Mixed() }
                            case .failure(let error):
                                guard (error as? HTTPError)?.kind == .cancelled else { throw error }
                                cancelled += 1
                            }
                        }
                        return (answered, cancelled)
                    }
                }
                return try await group.reduce((0, 0)) { ($0.0 + $1.answered, $0.1 + $1.cancelled) }
            }
            #expect(outcomes.0 > 0 && outcomes.1 >= 1000)
            #expect(client.pending == 0)
        }
    }

    private struct Mixed: Error {}

    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
