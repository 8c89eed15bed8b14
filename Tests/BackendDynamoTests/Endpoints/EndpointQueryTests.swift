import Testing

@testable import BackendDynamo

struct EndpointQueryTests {
    @Test(arguments: [
        "", "EU-WEST-1", "eu west-1", "eu-west-1.evil.example", "eu-west-1/", "-eu", "eu-west-1-", "a@b", "é",
        String(repeating: "a", count: 64),
    ])
    func `a region that is no name is refused before it becomes part of a host`(_ region: String) {
        #expect(throws: EndpointError.invalidRegion(region)) { try EndpointQuery(region: region).resolve() }
        #expect(throws: EndpointError.invalidRegion(region)) {
            try EndpointQuery(region: region, override: "https://example.com").resolve()
        }
    }

    @Test(arguments: [
        ("us-east-1", "dynamodb.us-east-1.amazonaws.com"), ("xx-new-9", "dynamodb.xx-new-9.amazonaws.com"),
        ("cn-northwest-1", "dynamodb.cn-northwest-1.amazonaws.com.cn"),
        ("us-isof-south-1", "dynamodb.us-isof-south-1.csp.hci.ic.gov"),
        ("eu-isoe-west-1", "dynamodb.eu-isoe-west-1.cloud.adc-e.uk"),
        ("us-isob-west-1", "dynamodb.us-isob-west-1.sc2s.sgov.gov"),
        ("eusc-de-east-1", "dynamodb.eusc-de-east-1.amazonaws.eu"),
    ])
    func `each partition has a suffix of its own`(_ region: String, _ host: String) throws {
        let endpoint = try EndpointQuery(region: region).resolve()
        #expect(endpoint.url == EndpointURL(host: host))
        #expect(endpoint.signingRegion == region)
    }

    @Test(arguments: ["a.b", "", "evil/", "1 2", "-1"])
    func `an account that is no label stays out of the host`(_ account: String) throws {
        let endpoint = try EndpointQuery(region: "eu-west-1", accountID: account).resolve()
        #expect(endpoint.url.host == "dynamodb.eu-west-1.amazonaws.com")
        let arn = "arn:aws:dynamodb:eu-west-1:\(account):table/t"
        let named = try EndpointQuery(region: "eu-west-1", resourceARNs: [arn]).resolve()
        #expect(named.url.host == "dynamodb.eu-west-1.amazonaws.com")
    }

    @Test(arguments: [
        ("https://Example.com/", "https://example.com"), ("https://example.com:8443", "https://example.com:8443"),
        ("http://localhost:8000", "http://localhost:8000"), ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:4566", "http://[::1]:4566"), ("HTTPS://[2001:DB8::1]", "https://[2001:db8::1]"),
    ])
    func `an endpoint of one's own is read`(_ text: String, _ url: String) throws {
        #expect(try EndpointURL(text).description == url)
    }

    @Test(arguments: [
        "example.com", "ftp://example.com", "https://", "https://example.com/path", "https://example.com?q",
        "https://user:password-canary@example.com", "https://exa mple.com", "https://example.com:0",
        "https://example.com:65536", "https://example.com:", "https://example.com:+1", "https://[::1", "https://[a.b]",
        "https://[::1]x", "https://exämple.com", "https://a..b", "https://example.com\\@evil.com",
        "https://１６９.254.169.254",
    ])
    func `an endpoint that is none is refused`(_ text: String) {
        let error = #expect(throws: EndpointError.self) { try EndpointURL(text) }
        guard case .invalidURL = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("canary") == false)
    }

    @Test(arguments: [
        "http://example.com", "http://10.0.0.1:8000", "http://localhost.evil.example", "http://128.0.0.1",
    ])
    func `plain text is for loopback alone`(_ text: String) throws {
        let host = try #require(text.split(separator: "/").last?.split(separator: ":").first)
        #expect(throws: EndpointError.plainText(String(host))) { try EndpointURL(text) }
    }
}
