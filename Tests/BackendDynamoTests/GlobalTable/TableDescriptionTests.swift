import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct TableDescriptionTests {
    private static let answer = #"""
        {"Table":{"ArchivalSummary":null,"AttributeDefinitions":[{"AttributeName":"at","AttributeType":"N"},
          {"AttributeName":"id","AttributeType":"B"}],"CreationDateTime":1.421866952062E9,
          "DeletionProtectionEnabled":true,"GlobalSecondaryIndexes":[{"IndexName":"by-at","IndexSizeBytes":0,
            "IndexStatus":"CREATING","Backfilling":true,"KeySchema":[{"AttributeName":"at","KeyType":"HASH"}],
            "Projection":{"NonKeyAttributes":["a"],"ProjectionType":"INCLUDE"}}],
          "GlobalTableVersion":"2019.11.21","GlobalTableWitnesses":[{"RegionName":"us-west-2","WitnessStatus":"ACTIVE"}],
          "ItemCount":0,"KeySchema":[{"AttributeName":"at","KeyType":"RANGE"},{"AttributeName":"id","KeyType":"HASH"}],
          "MultiRegionConsistency":"STRONG","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":5},
          "Replicas":[{"RegionName":"us-east-2","ReplicaStatus":"ACTIVE"},{"RegionName":"us-east-1",
            "ReplicaStatus":"CREATING","ReplicaStatusPercentProgress":"42.5%","ReplicaStatusDescription":"Soon.\n"}],
          "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},"TableName":"orders",
          "TableStatus":"UPDATING"}}
        """#

    private func state(_ answers: [ScriptedService.Answer]) async throws -> TableState {
        let time = ManualTime()
        let credentials = Credentials(accessKeyID: "AKID", secretAccessKey: Secret("s"))
        let cache = CredentialCache(ExplicitCredentials(given: credentials), time: time)
        let configuration = DynamoRegion.Configuration()
        let service = try configuration.service(for: "us-east-2", cache, ScriptedService(answers), time)
        return await ControlPlane("us-east-2", service, time: time).state(of: "orders")
    }

    @Test func `everything that an answer tells is read`() async throws {
        let timeToLive = #"{"TimeToLiveDescription":{"AttributeName":"expires","TimeToLiveStatus":"ENABLING"}}"#
        let state = try await self.state([.status(200, Self.answer), .status(200, timeToLive)])
        let table = try #require(state.description)
        #expect(table.status == "UPDATING" && table.isDeletionProtected)
        #expect(table.keys == [TableSchema.KeyAttribute("id", .binary), TableSchema.KeyAttribute("at", .number)])
        let index = TableSchema.Index("by-at", partitionKey: TableSchema.KeyAttribute("at", .number))
        #expect(table.indexes == [TableDescription.Index(keys: index, status: "CREATING", projection: "INCLUDE")])
        #expect(table.problem(of: index) == "holds INCLUDE, not all attributes")
        #expect(table.billingMode == .provisioned && table.streamViewType == "NEW_IMAGE")
        #expect(table.version == "2019.11.21" && table.consistencyMode == .strong && table.witnesses == ["us-west-2"])
        // The region itself is no replica of its own.
        #expect(table.replicas.map(\.region) == ["us-east-1"])
        #expect(table.replicas.first?.percentProgress == 42)
        #expect(table.replicas.first?.statusDescription == "Soon. ")
        let setting = try table.timeToLive.get()
        #expect(setting.isOn && setting.attribute == "expires")
    }

    @Test(arguments: [
        "{}", #"{"Table":{}}"#, #"{"Table":{"TableStatus":"ACTIVE"}}"#, "[]", "<html>", #"{"Table":{"TableStatus":1}}"#,
        #"{"Table":{"TableStatus":"ACTIVE","KeySchema":"id"}}"#, #"{"Table":null,"Table":null}"#,
    ])
    func `an answer that lacks what every table has is no table`(_ body: String) async throws {
        guard case .unknown(let error) = try await self.state([.status(200, body)]) else {
            Issue.record("It was taken.")
            return
        }
        #expect(error.code == .protocolViolation && error.region == "us-east-2")
    }

    @Test func `a table that is missing, and one that may not be asked, are told apart`() async throws {
        let missing = try await self.state([.status(400, #"{"__type":"x#ResourceNotFoundException"}"#)])
        guard case .missing = missing else {
            Issue.record("\(missing)")
            return
        }
        let denied = try await self.state([.status(400, #"{"__type":"x#AccessDeniedException"}"#)])
        guard case .unknown(let error) = denied else {
            Issue.record("\(denied)")
            return
        }
        #expect(error.code == .accessDenied)
    }
}
