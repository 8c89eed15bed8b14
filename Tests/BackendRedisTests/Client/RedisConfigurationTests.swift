internal import RegionKitCore
internal import Testing

@testable internal import BackendRedis

struct RedisConfigurationTests {
    typealias Change = @Sendable (inout RedisClient.Configuration) -> Void

    private static let changes: [(String, Change)] = [
        ("host", { $0.host = "" }), ("host", { $0.host = "a b" }), ("host", { $0.host = "fe80::1%eth0" }),
        ("host", { $0.host = "user@host" }), ("host", { $0.host = "host/path" }), ("host", { $0.host = "[::1]" }),
        ("port", { $0.port = 0 }), ("port", { $0.port = 65536 }), ("database", { $0.database = -1 }),
        ("user", { ($0.user, $0.password) = ("", Secret("a")) }), ("password", { $0.user = "anna" }),
        ("clientName", { $0.clientName = "" }), ("clientName", { $0.clientName = "two words" }),
        ("tls.authorities", { $0.tls = .init(authorities: "") }),
        ("tls.authorities", { $0.tls = .init(authorities: "a\0b") }),
        ("connectTimeout", { $0.connectTimeout = .zero }), ("inFlight", { $0.inFlight = 0 }),
        ("queue", { $0.queue = -1 }), ("limits.stringBytes", { $0.limits.stringBytes = 0 }),
        ("limits.elements", { $0.limits.elements = 0 }), ("limits.replyBytes", { $0.limits.replyBytes = .max }),
        ("allowsInsecureConnections", { $0.host = "192.0.2.1" }),
        ("allowsInsecureConnections", { $0.host = "2001:db8::1" }),
    ]

    @Test(arguments: Self.changes)
    func `what cannot work is an error that names the field`(
        _ field: String,
        _ change: Change
    ) {
        var configuration = RedisClient.Configuration()
        change(&configuration)
        let error = #expect(throws: ConfigurationError.self) { try RedisClient(configuration) }
        #expect(error?.field == field)
    }

    @Test func `a password is in no description`() {
        var configuration = RedisClient.Configuration()
        configuration.password = Secret("canary")
        let command = RedisCommand("AUTH", "canary")
        let admission = RedisAdmission(configuration)
        var text = "\(configuration) \(command) \(admission)"
        dump(configuration, to: &text)
        dump(command, to: &text)
        dump(admission, to: &text)
        #expect(!text.contains("canary") && !text.contains("99, 97, 110, 97, 114, 121"))
        #expect("\(command)" == "AUTH with 1 arguments")
    }
}
