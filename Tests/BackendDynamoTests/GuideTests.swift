import Foundation
import RegionKitCore
import Testing

@testable import BackendDynamo

/// The programs of the guide, run.
struct GuideTests {
    /// A configuration of two regions on the local server.
    private func configuration() throws -> DeploymentConfiguration {
        let endpoint = try #require(LocalPeer.endpoint)
        let names: [Region] = ["us-west-2", "us-east-1"]
        return DeploymentConfiguration(
            schema: TableSchema(name: "guide-\(UUID().uuidString.lowercased())", partitionKey: "id"),
            regions: names.map { BackendPlugIn.Location($0, "dynamodb:?endpoint=\(endpoint)") },
            folder: "/"
        )
    }

    @Test(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a table is set up, verified and used`() async throws {
        let configuration = try self.configuration()
        let credentials = LocalPeer.credentials
        let table = try GlobalTable(configuration.schema, at: configuration.regions, credentials: credentials)
        try await table.setUp { step in print(step) }
        for check in await table.verify() where check.outcome != .pass {
            print(check.subject, check.found, check.fix ?? "")
        }
        await table.shutdown()

        let deployment = try await BackendRegistry([.dynamo(credentials: credentials)]).open(configuration)
        let store = try MultiRegionStore(configuration, deployment)

        try await withMultiRegionStore(store) { store in
            try await store.put(["id": "a", "n": 1])
            #expect(try await store.get("a").item?["n"] == 1)
        }
    }

    @Test func `a store is given metrics`() async throws {
        let credentials = LocalPeer.credentials
        let configuration = DeploymentConfiguration(
            schema: TableSchema(name: "guide", partitionKey: "id"),
            regions: [BackendPlugIn.Location("us-west-2", "dynamodb:")],
            folder: "/"
        )
        var deployment = try await BackendRegistry([.dynamo(credentials: credentials)]).open(configuration)
        let metrics = try CloudWatchMetrics(region: "us-west-2", credentials: credentials)
        deployment.services.append(metrics)
        let store = try MultiRegionStore(configuration, deployment, observers: [metrics])
        await store.shutdown()
        #expect(metrics.losses == 0)
    }
}
