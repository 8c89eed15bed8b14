import RegionKitCore
import Synchronization
import Testing

@testable import BackendDynamo

/// The rules of security that no other suite shows; rule 1 is in ``CanaryTests``, the rest of rules 2 and 3 in
/// ``HTTPSTests``, ``HTTPAddressTests``, ``EndpointQueryTests`` and ``IPAddressTests``.
struct SecurityRulesTests {
    // MARK: Rule 2: TLS 1.2 at least, and valid

    @Test(
        .enabled(if: SecureServer.isAvailable, "the openssl command is not installed"),
        arguments: [(2, ["-tls1_2"], true), (2, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], false), (-1, [], false)]
    )
    func `rule 2: an old TLS and a certificate that is over are refused and see no request`(
        _ days: Int,
        _ options: [String],
        _ isTaken: Bool
    ) async throws {
        let server = try SecureServer(days: days, options: options)
        defer { server.close() }
        var configuration = HTTPClient.Configuration.patient
        configuration.authorities = server.authorities
        let client = try HTTPClient(configuration)
        let origin = try HTTPOrigin(.https, host: "localhost", port: server.port)
        let error = await client.failure(HTTPRequest(.get, origin))
        await client.shutdown()
        #expect((error == nil) == isTaken, "\(error as Any)")
        if !isTaken { #expect(error?.kind == .tlsFailed && error?.mayHaveBeenSent == false, "\(error as Any)") }
    }

    // MARK: Rule 3: no redirects

    @Test(arguments: [301, 302, 307, 308]) func `rule 3: a redirect is not followed`(_ status: Int) async throws {
        let isReached = Mutex(false)
        try await withServer(script: { connection in
            isReached.withLock { $0 = true }
            _ = connection.readToEnd()
        }) { other, _, _ in
            try await withServer(script: { connection in
                _ = connection.read()
                connection.write(
                    "HTTP/1.1 \(status) Elsewhere\r\nLocation: http://127.0.0.1:\(other.port)/\r\n"
                        + "Content-Length: 0\r\n\r\n"
                )
            }) { server, client, origin in
                let response = try await client.send(HTTPRequest(.post, origin, body: [1]), deadline: .soon)
                #expect(response.status == status)
            }
        }
        #expect(!isReached.withLock { $0 })
    }

    // MARK: Rule 6: DynamoDB's limits, before anything is sent

    private static let large = AttributeValue.string(String(repeating: "x", count: 400 << 10))
    private static let deep = (0..<33).reduce(AttributeValue.string("x")) { value, _ in .list([value]) }

    static let beyondLimits: [(String, Item)] = [
        ("an item of more than 400 KB", ["id": "a", "x": SecurityRulesTests.large]),
        ("a partition key of more than 2048 bytes", ["id": .string(String(repeating: "k", count: 2049))]),
        ("an empty partition key", ["id": ""]), ("a value deeper than 32", ["id": "a", "x": SecurityRulesTests.deep]),
        ("an empty set", ["id": "a", "x": .stringSet([])]),
    ]

    @Test(arguments: SecurityRulesTests.beyondLimits)
    func `rule 6: what DynamoDB would refuse is not sent`(_ what: String, _ item: Item) async throws {
        try await withStubs(1) { stubs in
            let error = await #expect(throws: RegionError.self) { try await stubs.store.put(item) }
            #expect(error?.code == .validation, "\(what): \(error as Any)")
            #expect(stubs.arrivals == [0])
        }
    }

    @Test func `rule 6: a number has 38 digits`() {
        #expect(Number(String(repeating: "9", count: 38)) != nil)
        #expect(Number(String(repeating: "9", count: 39)) == nil)
    }

    // MARK: Rule 7: JSON

    private static let nested =
        String(repeating: #"{"L":["#, count: 65) + #"{"S":"x"}"# + String(repeating: "]}", count: 65)

    static let hostile: [(String, String)] = [
        ("deeper than 64", #"{"Item":{"id":{"S":"a"},"x":\#(SecurityRulesTests.nested)}}"#),
        ("a name that comes twice", #"{"Item":{"id":{"S":"a"},"id":{"S":"b"}}}"#),
        ("a member that comes twice", #"{"Item":{"id":{"S":"a"}},"Item":{"id":{"S":"b"}}}"#),
        ("more after the end", #"{"Item":{"id":{"S":"a"}}} {}"#),
    ]

    @Test(arguments: SecurityRulesTests.hostile)
    func `rule 7: an answer that breaks JSON's rules is none`(_ what: String, _ body: String) async throws {
        try await withStubs(2) { stubs in
            try stubs.table.store(["id": "a", "n": 1])
            stubs.services[0].plan(.fault(200, body))
            let answer = try await stubs.store.get("a")
            #expect(answer.region == "us-east-1" && answer.item == ["id": "a", "n": 1], "\(what)")
            #expect(answer.failures.map(\.failure) == [.unavailable])
        }
    }

    // MARK: Rule 9: bounds

    @Test func `rule 9: above the bound a region is overloaded at once`() async throws {
        try await withStubs(1) {
            ($0.maximumInFlightPerRegion, $0.attemptTimeout, $0.retry.maximumAttemptsPerRegion) = (4, .seconds(5), 1)
        } _: { stubs in
            stubs.services[0].plan(.silence(applied: false))
            let store = stubs.store
            let busy = (0..<4).map { _ in Task { _ = try? await store.get("a") } }
            while stubs.arrivals[0] < 4 {
                try Task.checkCancellation()
                await Task.yield()
            }
            var quickest = Duration.seconds(1)
            for _ in 0..<20 {
                let start = ContinuousClock.now
                let error = await #expect(throws: RegionError.self) { try await store.get("a") }
                quickest = min(quickest, start.duration(to: .now))
                #expect(error?.code == .overloaded, "\(error as Any)")
            }
            // The quickest of several: a busy machine is not the library's fault.
            #expect(quickest < .milliseconds(5))
            for task in busy { task.cancel() }
        }
    }
}
