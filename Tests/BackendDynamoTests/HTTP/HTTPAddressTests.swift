internal import RegionKitCore
internal import Testing

@testable internal import BackendDynamo

struct HTTPAddressTests {
    @Test(arguments: [
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "::ffff:169.254.169.254",
        "::ffff:a9fe:a9fe", "fe80::1", "fd00:ec2::254",
    ])
    func `nothing is sent to a metadata address, however it is spelled`(_ host: String) async throws {
        let client = try HTTPClient(.patient)
        let error = await client.failure(HTTPRequest(.get, try HTTPOrigin(.https, host: host)))
        #expect(error?.kind == .addressRefused && error?.mayHaveBeenSent == false, "\(String(describing: error))")
        await client.shutdown()
    }

    @Test(arguments: ["example.org", "10.0.0.1", "0.0.0.0", "localhost.example.org", "2001:db8::1"])
    func `plain HTTP to another machine is refused`(_ host: String) async throws {
        let client = try HTTPClient(.patient)
        let error = await client.failure(HTTPRequest(.get, try HTTPOrigin(.http, host: host)))
        #expect(error?.kind == .addressRefused && error?.mayHaveBeenSent == false)
        await client.shutdown()
    }

    @Test func `a known address does not open a way to a metadata address`() async throws {
        var configuration = HTTPClient.Configuration.patient
        configuration.knownAddresses = ["does-not-exist.invalid": ["169.254.169.254"]]
        let client = try HTTPClient(configuration)
        let error = await client.failure(HTTPRequest(.get, try HTTPOrigin(.https, host: "does-not-exist.invalid")))
        #expect(error?.kind == .addressRefused && error?.mayHaveBeenSent == false, "\(String(describing: error))")
        await client.shutdown()
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a client with fixed addresses talks to those alone`(_ host: String) async throws {
        for (fixed, isAllowed) in [("127.0.0.1", true), ("169.254.169.254", false)] {
            var configuration = HTTPClient.Configuration.patient
            configuration.fixedAddresses = [try #require(IPAddress(fixed))]
            try await withServer(configuration, script: { $0.echo() }) { server, client, _ in
                let origin = try HTTPOrigin(.http, host: host, port: server.port)
                let error = await client.failure(HTTPRequest(.get, origin))
                #expect(error?.kind == (isAllowed ? nil : .addressRefused))
                #expect(server.accepted == (isAllowed ? 1 : 0))
            }
        }
    }

    @Test func `the last good address comes first and the oldest is forgotten`() {
        let host = HTTPHost(addresses: ["192.0.2.1"])
        for address in ["192.0.2.2", "192.0.2.3", "192.0.2.1", "192.0.2.1", "::1", "::2"] { host.remember(address) }
        #expect(host.addresses == ["::2", "::1", "192.0.2.1", "192.0.2.3"])
    }
}
