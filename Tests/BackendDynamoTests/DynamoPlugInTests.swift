import RegionKitCore
import Testing

@testable import BackendDynamo

struct DynamoPlugInTests {
    private static let schema = TableSchema(name: "plugged", partitionKey: "id")

    private func open(_ urls: [String], schema: TableSchema = Self.schema) async throws -> BackendPlugIn.Deployment {
        let names: [Region] = ["us-east-1", "us-west-2"]
        return try await BackendRegistry([.dynamo(credentials: LocalPeer.credentials)]).open(
            zip(names, urls).map { BackendPlugIn.Location($0, $1) },
            schema: schema,
            in: BackendPlugIn.Context(folder: "/")
        )
    }

    @Test func `regions go to their own endpoints by default`() async throws {
        let deployment = try await self.open(["dynamodb:", "dynamodb:"])
        #expect(deployment.endpoints.map(\.region) == ["us-east-1", "us-west-2"])
        for endpoint in deployment.endpoints { await endpoint.backend.shutdown() }
    }

    @Test func `heartbeats are off by default, and on where the URLs or the program say so`() async throws {
        func services(_ url: String, _ heartbeat: Duration? = nil) async throws -> [any StoreService] {
            let plugIn = BackendPlugIn.dynamo(credentials: LocalPeer.credentials, heartbeat: heartbeat)
            let deployment = try await BackendRegistry([plugIn]).open(
                ["us-east-1", "us-west-2"].map { BackendPlugIn.Location(Region($0), url) },
                schema: Self.schema,
                in: BackendPlugIn.Context(folder: "/")
            )
            for endpoint in deployment.endpoints { await endpoint.backend.shutdown() }
            return deployment.services
        }
        #expect(try await !services("dynamodb:").contains { $0 is HeartbeatMonitor })
        #expect(try await services("dynamodb:?heartbeat=30s").contains { $0 is HeartbeatMonitor })
        let both = "dynamodb:?endpoint=http://127.0.0.1:1&heartbeat=5s"
        #expect(try await services(both).contains { $0 is HeartbeatMonitor })
        #expect(try await services("dynamodb:", .seconds(30)).contains { $0 is HeartbeatMonitor })
        await #expect(throws: ConfigurationError.self) { try await services("dynamodb:", .zero) }
    }

    @Test(arguments: [
        "dynamodb:table", "dynamodb:?endpoint=", "dynamodb:?endpont=http://127.0.0.1:1",
        "dynamodb:?endpoint=http://10.0.0.1:8000", "dynamodb:?endpoint=ftp://127.0.0.1",
        "dynamodb:?endpoint=https://169.254.169.254", "dynamodb:?heartbeat=", "dynamodb:?heartbeat=30",
        "dynamodb:?heartbeat=0s", "dynamodb:?heartbeat=2h", "dynamodb:?heartbeat=30s",
        "dynamodb:?endpoint=http://127.0.0.1:1&endpoint=http://127.0.0.1:2", "dynamodb:?",
        "dynamodb:?authorities=", "dynamodb:?authorities=ca.pem", "dynamodb:?authorities=/nonexistent/ca.pem",
    ])
    func `a URL that cannot work names its region`(_ url: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) { try await self.open(["dynamodb:", url]) }
        #expect(error?.field == "regions[1].backend")
    }

    @Test func `what a URL says reaches the region`() throws {
        let url = "dynamodb:?endpoint=https://localhost:1&authorities=\(#filePath)&heartbeat=5s"
        let options = try BackendPlugIn.options(in: .init("us-east-1", url))
        #expect(options.region.endpoint == "https://localhost:1" && options.region.authorities == #filePath)
        #expect(options.heartbeat == .seconds(5))
        let alone = try BackendPlugIn.options(in: .init("us-east-1", "dynamodb:?authorities=\(#filePath)"))
        #expect(alone.region.authorities == #filePath && alone.region.endpoint == nil && alone.heartbeat == nil)
    }

    @Test(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a store over two regions reads on when one is taken out`() async throws {
        let endpoint = try #require(LocalPeer.endpoint)
        let first = try await LocalPeer.region("us-east-1", schema: Self.schema)
        // The same table in the other region; nothing replicates between the two.
        try await LocalPeer.createTable(first.schema, in: "us-west-2")
        await first.shutdown()
        let urls = Array(repeating: "dynamodb:?endpoint=\(endpoint)", count: 2)
        let deployment = try await self.open(urls, schema: first.schema)
        // It is about the way, not about how fast a busy machine is.
        var configuration = StoreConfiguration()
        (configuration.deadline, configuration.attemptTimeout) = (.seconds(60), .seconds(30))
        let store = try MultiRegionStore(
            schema: first.schema,
            regions: deployment.endpoints,
            configuration: configuration,
            services: deployment.services
        )
        try await withMultiRegionStore(store) { store in
            #expect(try await store.put(["id": "a", "n": 1]).region == "us-east-1")
            try await store.put(["id": "a", "n": 2], in: "us-west-2")
            #expect(try await store.get("a").item?["n"] == 1)
            try store.evacuate("us-east-1")
            let moved = try await store.get("a")
            #expect(moved.region == "us-west-2" && moved.item?["n"] == 2)
            await #expect(throws: RegionError.self) { try await store.put(["id": "a"], if: !attribute("id").exists) }
        }
    }
}
