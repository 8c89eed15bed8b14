import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendRedis

@Suite struct RedisRoleTests {
    private static let replica: [RedisValue] = [
        .text("slave"), .text("10.0.0.5"), .integer(6379), .text("connected"), .integer(3),
    ]

    /// A replica's answer with one part changed.
    private static func replica(_ place: Int, _ value: RedisValue) -> RedisValue {
        var parts = self.replica
        parts[place] = value
        return .array(parts)
    }

    static let roles: [(RedisValue, RedisRole?, String)] = [
        (
            .array([.text("master"), .integer(0), .array([])]), .master(replicas: 0),
            "the master, followed by 0 replicas"
        ),
        (
            .array([
                .text("master"), .integer(3129659),
                .array([.array([.text("10.0.0.6"), .text("6379"), .text("3129242")])]),
            ]), .master(replicas: 1), "the master, followed by 1 replica"
        ),
        (.array(replica), .replica(master: "10.0.0.5:6379", isConnected: true), "a replica of 10.0.0.5:6379"),
        (
            replica(3, .text("handshake")), .replica(master: "10.0.0.5:6379", isConnected: false),
            "a replica of 10.0.0.5:6379, without a connection to it"
        ),
        (replica(4, .integer(-1)), .replica(master: "10.0.0.5:6379", isConnected: true), "a replica of 10.0.0.5:6379"),
        (
            replica(1, .text("fd00::5")), .replica(master: "[fd00::5]:6379", isConnected: true),
            "a replica of [fd00::5]:6379"
        ),
        (replica(1, .text("a\r\nb")), .replica(master: "a??b:6379", isConnected: true), "a replica of a??b:6379"),
        (.array([.text("sentinel"), .array([.text("mymaster")])]), .sentinel, "a Sentinel"),
    ]

    static let nonsense: [RedisValue] = [
        .null, .integer(1), .status("master"), .text("master"), .array([]), .array([.null]), .array([.text("master")]),
        .array([.text("master"), .integer(0)]), .array([.text("master"), .text("x"), .array([])]),
        .array([.text("master"), .integer(0), .text("")]), .array([.text("MASTER"), .integer(0), .array([])]),
        .array([.text("master"), .integer(0), .array([]), .integer(0)]),
        .array([.text("king"), .integer(0), .array([])]),
        .array([.bytes([0xFF]), .integer(0), .array([])]), .array(Array(replica.dropLast())),
        .array(replica + [.integer(0)]), replica(1, .text("")), replica(1, .null), replica(1, .bytes([0xFF])),
        replica(2, .integer(65536)), replica(2, .integer(-1)), replica(2, .text("http")), replica(3, .null),
        replica(3, .array([])), replica(4, .text("far")), .array([.text("sentinel")]),
        .array([.text("sentinel"), .text("mymaster")]), .array([.array(replica)]),
    ]

    @Test(arguments: roles.indices) func `a role is read as ROLE tells it`(_ row: Int) {
        let (reply, role, text) = Self.roles[row]
        #expect(RedisRole(reply) == role)
        #expect(RedisRole(reply).map { "\($0)" } == text)
    }

    @Test(arguments: nonsense.indices) func `an answer of another form is no role`(_ row: Int) {
        #expect(RedisRole(Self.nonsense[row]) == nil)
    }

    @Test(arguments: [
        "*0\r\n", "+OK\r\n", ":1\r\n", "$-1\r\n", "*1\r\n$6\r\nmaster\r\n", "-ERR unknown command 'ROLE'\r\n",
    ])
    func `a server whose role cannot be read is unavailable, and nothing was sent to it`(_ reply: String) async throws {
        let server = try ScriptedServer { connection in
            guard connection.admit() else { return }
            while connection.read() != nil { guard connection.write(reply) else { return } }
        }
        defer { server.close() }
        var configuration = RedisClient.Configuration(port: server.port)
        configuration.connectTimeout = .seconds(60)
        let store = try RedisStore(
            .init(region: "berlin", schema: .worksets),
            transport: try RedisClient(configuration),
            isNative: true
        )
        let error = await #expect(throws: BackendError.self) { try await store.role(in: .test()) }
        #expect(error?.failure == .unavailable)
        await store.shutdown()
    }
}
