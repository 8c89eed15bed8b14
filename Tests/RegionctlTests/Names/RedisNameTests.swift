import Foundation
import RegionKitTesting
import Testing

/// The name of a Redis server that goes away: H13.
@Suite(
    .enabled(if: HostNames.isAvailable && RedisServer.isAvailable, "libnss-wrapper or redis-server is missing."),
    .timeLimit(.minutes(5))
)
struct RedisNameTests {
    enum Loss: CaseIterable {
        /// The name leads to nothing.
        case gone
        /// The resolver does not answer.
        case hanging
    }

    @Test(arguments: Loss.allCases)
    func `H13 a new connection goes to the last good address when the name is lost`(_ loss: Loss) async throws {
        let tool = try Tool()
        let names = HostNames(in: tool.folder)
        let servers = [try RedisServer(), try RedisServer()]
        let proxies = try servers.map { try FaultProxy(to: $0.port) }
        defer {
            for proxy in proxies { proxy.close() }
            for server in servers { server.close() }
            tool.remove()
        }
        let hosts = ["first.regionkit.test", "other.regionkit.test"]
        try names.set(hosts)
        let regions = zip(hosts, proxies).map { host, proxy in
            #"{"name": "\#(host.prefix(5))", "backend": "redis://\#(host):\#(proxy.port)?namespace=notes"}"#
        }
        // No probe is made meanwhile; an attempt ends before connecting, which includes the look-up, would have to.
        try tool.write(
            """
            {"table": {"name": "notes", "partitionKey": "id"}, "regions": [\(regions.joined(separator: ", "))],
             "attemptTimeout": "950ms", "health": {"checkInterval": "1h", "failoverThreshold": 1000}}
            """,
            to: "regionkit.json"
        )
        let arguments = ["bench", "--for", "5m", "--rate", "20", "--concurrency", "1", "--reads", "100%", "--json"]
        let bench = try RunningTool(tool, arguments, environment: names.environment)
        func go(on proxy: FaultProxy) async throws {
            let before = proxy.answers
            #expect(try await eventually { proxy.answers > before + 50 }, "\(bench.written)")
        }
        try await go(on: proxies[0])
        switch loss {
        case .gone: try names.set(Array(hosts.dropFirst()))
        case .hanging: try names.hang()
        }
        let connections = proxies[0].connections
        proxies[0].cut()
        try await go(on: proxies[0])
        #expect(proxies[0].connections > connections)
        #expect(await bench.end() == 130)
        let report = try JSONSerialization.jsonObject(with: Data(bench.written.utf8)) as? [String: Any]
        #expect(report?["errors"] as? Int == 0, "\(bench.written)")
    }
}
