import RegionKitCore
import Testing

@testable import BackendRedis

struct RedisURLTests {
    private static func address(
        _ host: String = "h",
        _ port: Int = 6379,
        _ change: (inout RedisAddress) -> Void = { _ in }
    ) -> RedisAddress {
        var address = RedisAddress(host: host, port: port)
        change(&address)
        return address
    }

    static let good: [(String, RedisAddress, String?)] = [
        ("redis://h", address(), nil),
        ("redis://h/", address(), nil),
        ("redis://127.0.0.1:6380/3?namespace=worksets", address("127.0.0.1", 6380) { $0.database = 3 }, "worksets"),
        ("redis://[::1]:7000", address("::1", 7000), nil),
        (
            "redis://app:p%40ss%2Fw@h:6379/0?insecure=true",
            address {
                ($0.user, $0.password) = ("app", Secret("p@ss/w"))
                $0.allowsInsecureConnections = true
            }, nil
        ),
        ("redis://:only@h", address { $0.password = Secret("only") }, nil),
        ("rediss://h", address { $0.tls = RedisAddress.TLS() }, nil),
        ("rediss://h?authorities=/etc/ca.pem", address { $0.tls = RedisAddress.TLS(authorities: "/etc/ca.pem") }, nil),
        (
            "rediss://h?authorities=tls/ca.pem", address { $0.tls = RedisAddress.TLS(authorities: "/base/tls/ca.pem") },
            nil
        ),
    ]

    @Test(arguments: Self.good.indices) func `a URL says where a region is`(_ row: Int) throws {
        let (text, address, namespace) = Self.good[row]
        let url = try RedisURL(text, folder: "/base")
        #expect(url.address == address)
        #expect(url.namespace == namespace)
    }

    @Test(arguments: [
        ("redis:", "is not of the form"), ("redis:h", "is not of the form"), ("http://h", "is not of the form"),
        ("redis://:canary-word@/1", "is not of the form"),
        ("redis://h/abc", "a database's number"), ("redis://h/-1", "a database's number"),
        ("redis://u:canary-word@h/1/2", "a database's number"),
        ("redis://u:canary-word@h?namespce=a", "only authorities, insecure, mode, namespace"),
        ("redis://h?namespace=", "only authorities, insecure, mode, namespace"),
        ("redis://h?namespace=a&namespace=b", "only authorities, insecure, mode, namespace"),
        ("redis://h?mode=replica", "mode must be replicas"),
        ("redis://h?mode=", "only authorities, insecure, mode, namespace"),
        ("redis://h?authorities=x.pem", "rediss://"), ("redis://h?insecure=yes", "true or false"),
    ])
    func `security 1: a URL with a mistake is an error that shows no password`(_ text: String, _ cause: String) {
        let error = #expect(throws: ConfigurationError.self) { try RedisURL(text, folder: "/base") }
        #expect(error?.field == "backend")
        #expect(error?.message.contains(cause) == true, "\(error?.message ?? "")")
        #expect("\(error as Any)".contains("canary") == false)
    }

    @Test(arguments: [
        ("redis://10.0.0.5", "allowsInsecureConnections"), ("redis://h:0", "port"), ("redis://u@127.0.0.1", "password"),
        ("redis://127.0.0.1?namespace=a%20b", "namespace"),
    ])
    func `what a server's client refuses, a URL's region refuses`(_ text: String, _ field: String) throws {
        let url = try RedisURL(text, folder: "/base")
        let error = #expect(throws: ConfigurationError.self) {
            try url.region("us-east-1", TableSchema(name: "orders", partitionKey: "id"))
        }
        #expect(error?.message.contains(field) == true, "\(error?.message ?? "")")
    }

    @Test func `a URL says who replicates`() throws {
        #expect(try RedisURL("redis://h?mode=replicas", folder: "/").isNative)
        for text in ["redis://h", "rediss://h?mode=active-active"] {
            #expect(try !RedisURL(text, folder: "/").isNative)
        }
    }

    @Test func `security 1: nothing prints an address's password`() {
        let address = Self.address { ($0.user, $0.password) = ("app", Secret("canary-word")) }
        var dumped = ""
        dump(address, to: &dumped)
        for text in ["\(address)", String(reflecting: address), dumped] { #expect(!text.contains("canary")) }
        #expect("\(address)" == "redis://h:6379/0")
    }
}
