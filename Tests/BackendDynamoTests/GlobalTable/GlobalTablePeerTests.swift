import Foundation
import RegionKitCore
import Testing

@testable import BackendDynamo

struct GlobalTablePeerTests {
    private static let regions: [Region] = ["us-east-1", "us-west-2", "eu-west-1"]

    @Test(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a table is set up in three regions of a local server, and one takes what others give`() async throws {
        var schema = GlobalTableFixture.schema
        schema.name += "-" + UUID().uuidString.lowercased()
        var configuration = DynamoRegion.Configuration()
        configuration.endpoint = LocalPeer.endpoint
        let settings = configuration
        let table = try GlobalTable(schema, regions: Self.regions, credentials: LocalPeer.credentials) { _ in settings }
        let missing = await table.verify()
        #expect(missing.map(\.subject) == [.table, .table, .table] && missing.allSatisfy { $0.outcome == .fail })

        #expect(try await table.setUp().count == 4)
        #expect(try await table.setUp() == [])

        let time = SystemTime()
        func context() -> AttemptContext {
            AttemptContext(
                deadline: time.now.advanced(by: .seconds(10)),
                operation: OperationID(high: .random(in: 0...(.max)), low: 1),
                time: time
            )
        }
        var regions: [DynamoRegion] = []
        for region in Self.regions {
            let credentials = LocalPeer.credentials
            regions.append(
                try DynamoRegion(region, schema: schema, credentials: credentials, configuration: configuration)
            )
        }
        let item: Item = ["id": "a", "at": 1, "state": "ready"]
        _ = try await regions[0].perform(.write(.put(item)), in: context())
        for region in regions {
            let read = try await region.perform(.get(Key("a", sort: 1), .consistent), in: context())
            guard case .item(let result) = read else {
                Issue.record("\(read)")
                continue
            }
            #expect(result.item == item, "\(region.region)")
        }
        for region in regions { await region.shutdown() }

        let checks = await table.verify()
        #expect(checks.filter { $0.outcome == .fail } == [])
        #expect(Set(checks.filter { $0.outcome == .warn }.map(\.subject)) == [.backups, .deletionProtection])
        for (region, state) in await table.describe() {
            #expect(state.description?.replicas.count == 2, "\(region)")
            #expect(try state.description?.timeToLive.get().attribute == "expires")
        }

        #expect(try await table.removeReplica("eu-west-1") == [.removeReplica("eu-west-1")])
        #expect(await table.describe().last?.state.description == nil)
        #expect(try await table.addReplica("eu-west-1") == [.addReplica("eu-west-1")])
        await table.shutdown()
    }

    @Test(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a wrong key is refused by a local server, and told as what it is`() async throws {
        var credentials = try #require(LocalPeer.credentials.given)
        credentials.secretAccessKey = Secret("canary-wrong-secret")
        var configuration = DynamoRegion.Configuration()
        configuration.endpoint = LocalPeer.endpoint
        let settings = configuration
        let wrong = ExplicitCredentials(given: credentials)
        let schema = GlobalTableFixture.schema
        let table = try GlobalTable(schema, regions: ["us-east-1"], credentials: wrong) { _ in settings }
        let error = await #expect(throws: RegionError.self) { try await table.setUp() }
        #expect(error?.code == .accessDenied)
        let checks = await table.verify()
        #expect(checks.allSatisfy { $0.outcome == .fail })
        #expect("\(checks)".contains("canary") == false)
        await table.shutdown()
    }
}
