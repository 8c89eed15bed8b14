import RegionKitCore
import RegionKitTesting
import Testing

@testable import BackendDynamo

struct DynamoConformanceTests {
    @Test(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a region keeps the contract of backends, against a local server with signature checks`() async {
        let failures = await BackendConformance { schema in try await LocalPeer.region(schema: schema) }.run()
        for failure in failures { Issue.record("\(failure)") }
    }

    @Test(.enabled(if: LocalPeer.endpoint != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a wrong signature is refused, and says nothing against the region`() async throws {
        let schema = TableSchema(name: "signed", partitionKey: "id")
        var credentials = try #require(LocalPeer.credentials.given)
        credentials.secretAccessKey = Secret("canary-wrong-secret")
        var configuration = DynamoRegion.Configuration()
        configuration.endpoint = LocalPeer.endpoint
        let region = try DynamoRegion(
            "us-east-1",
            schema: schema,
            credentials: ExplicitCredentials(given: credentials),
            configuration: configuration
        )
        let time = SystemTime()
        let context = AttemptContext(
            deadline: time.now.advanced(by: .seconds(10)),
            operation: OperationID(high: 1, low: 1),
            time: time
        )
        let error = await #expect(throws: BackendError.self) {
            _ = try await region.perform(.get("a", .eventual), in: context)
        }
        await region.shutdown()
        #expect(error?.failure == .rejected && error?.code == .accessDenied, "\(error as Any)")
        #expect("\(error as Any)".contains("canary") == false)
    }
}
