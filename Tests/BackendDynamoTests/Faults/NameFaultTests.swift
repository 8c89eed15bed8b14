import RegionKitCore
import Synchronization
import Testing

@testable import BackendDynamo

/// The name of the first region resolves to nothing: row 2 of the faults, H13.
struct NameFaultTests {
    /// Sends each request to the host that a region's name stands for at the moment.
    private final class Renaming: HTTPTransport {
        let client: HTTPClient
        private let port: Int
        private let host: Mutex<String>

        init(_ client: HTTPClient, host: String, port: Int) {
            self.client = client
            self.port = port
            self.host = Mutex(host)
        }

        func rename(to host: String) { self.host.withLock { $0 = host } }

        func send(_ request: HTTPRequest, deadline: MonotonicInstant) async throws(HTTPError) -> HTTPResponse {
            var request = request
            request.origin = try HTTPOrigin(.http, host: self.host.withLock { $0 }, port: self.port)
            return try await self.client.send(request, deadline: deadline)
        }
    }

    private static let gone = "us-west-2.invalid"

    /// Runs a body with a store whose first region is reached by a name.
    ///
    /// - Parameters:
    ///   - host: The name at first.
    ///   - known: Where it led before this process began.
    private func withNamedRegion(
        _ host: String,
        known: [String] = [],
        _ body: (StubDeployment, Renaming) async throws -> Void
    ) async throws {
        var transport: Renaming?
        let makeRegion = { (region: Region, service: StubService) throws -> DynamoRegion in
            guard region == StubDeployment.names[0] else { return try StubDeployment.region(region, service) }
            var configuration = HTTPClient.Configuration()
            configuration.fixedAddresses = Set(["127.0.0.1", "::1"].compactMap { IPAddress($0) })
            configuration.knownAddresses = [Self.gone: known]
            let client = try HTTPClient(configuration)
            let named = Renaming(client, host: host, port: service.port)
            transport = named
            return try StubDeployment.region(region, service, over: named, client)
        }
        // Where a name has led somewhere nothing fails, so nothing but a busy machine makes an attempt late.
        let isPatient = !known.isEmpty
        try await withStubs(
            3,
            { if isPatient { ($0.deadline, $0.attemptTimeout) = (.seconds(60), .seconds(30)) } },
            makeRegion: makeRegion
        ) { stubs in
            try stubs.table.store(["id": "a", "n": 1])
            try await body(stubs, try #require(transport))
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `H13 open connections to a name that is gone serve on`() async throws {
        try await self.withNamedRegion(Self.gone, known: ["127.0.0.1"]) { stubs, _ in
            for _ in 0..<100 {
                let answer = try await stubs.store.get("a")
                #expect(answer.region == "us-west-2" && answer.failures.isEmpty && answer.item?["n"] == 1)
            }
            #expect(stubs.services[0].connections == 1)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `H13 with no connection open a name that is gone is reached where it last led`() async throws {
        try await self.withNamedRegion(Self.gone, known: ["127.0.0.1"]) { stubs, _ in
            stubs.services[0].plan(.answerAndClose)
            for number in 0..<100 {
                let answer = try await stubs.store.get("a")
                #expect(answer.region == "us-west-2" && answer.failures.isEmpty && answer.item?["n"] == 1)
                #expect(stubs.services[0].connections == number + 1)
            }
        }
    }

    /// With and without a connection of the name before.
    @Test(.timeLimit(.minutes(1)), arguments: ["localhost", Self.gone])
    func `a name that is gone, and no address of it known, costs a read one attempt and no second wait`(
        _ host: String
    ) async throws {
        try await self.withNamedRegion(host) { stubs, transport in
            if host != Self.gone {
                for _ in 0..<10 { #expect(try await stubs.store.get("a").region == "us-west-2") }
                transport.rename(to: Self.gone)
            }
            var failed = 0
            var shortest = Duration.seconds(60)
            for _ in 0..<100 {
                let answer = try await stubs.store.get("a")
                #expect(answer.region == "us-east-1" && answer.item?["n"] == 1)
                #expect(answer.failures.count <= 1 && answer.failures.allSatisfy { $0.failure == .notSent })
                shortest = answer.failures.map(\.duration).reduce(shortest, min)
                failed += answer.failures.count
            }
            // Where no name server answers, it takes the connect timeout; a busy machine may add to some.
            #expect(shortest < .milliseconds(1500))
            #expect(failed == HealthConfiguration().failoverThreshold)
            #expect(stubs.store.health()[0].reads == .unhealthy)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `writes to a name that is gone are done once, elsewhere`() async throws {
        try await self.withNamedRegion("localhost") { stubs, transport in
            #expect(try await stubs.store.update("a", Update().add("n", 1)).region == "us-west-2")
            transport.rename(to: Self.gone)
            for number in 0..<20 {
                let answer = try await stubs.store.update("a", Update().add("n", 1), returning: .new)
                #expect(answer.region == "us-east-1" && answer.item?["n"] == .number(Number(number + 3)))
            }
            #expect(stubs.table.applications == 21 && stubs.table.repeated == [])
        }
    }
}
