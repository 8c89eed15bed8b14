import Foundation
import RegionKitCore
import Testing

@testable import BackendDynamo

/// A local server that speaks DynamoDB, started by `Scripts/test`; tests that need it are left out without it.
enum LocalPeer {
    /// Where it listens, for example `http://127.0.0.1:4566`.
    static let endpoint = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER"]

    /// Those of a user there, whose signatures it checks.
    static let credentials: ExplicitCredentials = {
        let key = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER_KEY"] ?? "test:test"
        let parts = key.split(separator: ":", maxSplits: 1).map(String.init)
        return ExplicitCredentials(
            given: Credentials(accessKeyID: parts.first ?? "", secretAccessKey: Secret(parts.last ?? ""))
        )
    }()

    /// Another implementation, which checks no signatures.
    static let secondEndpoint = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_SECOND_PEER"]

    /// Makes an empty table of a name of its own in one region, and opens it.
    static func region(
        _ region: Region = "us-east-1",
        schema: TableSchema,
        at endpoint: String? = Self.endpoint
    ) async throws -> DynamoRegion {
        var schema = schema
        schema.name += "-" + UUID().uuidString.lowercased()
        try await self.createTable(schema, in: region, at: endpoint)
        var configuration = DynamoRegion.Configuration()
        configuration.endpoint = endpoint
        return try DynamoRegion(region, schema: schema, credentials: self.credentials, configuration: configuration)
    }

    /// Makes an empty table in the first of the regions, and replicas of it in the others.
    static func createGlobalTable(_ schema: TableSchema, in regions: [Region]) async throws {
        guard let first = regions.first else { return }
        try await self.createTable(schema, in: first)
        for region in regions.dropFirst() {
            let updates = [["Create": ["RegionName": region.name]]]
            try await self.call("UpdateTable", ["TableName": schema.name, "ReplicaUpdates": updates], in: first)
        }
    }

    static func createTable(
        _ schema: TableSchema,
        in region: Region,
        at endpoint: String? = Self.endpoint
    ) async throws {
        let keys = [schema.partitionKey, schema.sortKey].compactMap(\.self)
        let indexed = schema.indexes.flatMap { [$0.partitionKey, $0.sortKey].compactMap(\.self) }
        func schemaJSON(_ keys: [TableSchema.KeyAttribute]) -> [[String: String]] {
            zip(keys, ["HASH", "RANGE"]).map { ["AttributeName": $0.name, "KeyType": $1] }
        }
        var body: [String: Any] = [
            "TableName": schema.name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": schemaJSON(keys),
            "AttributeDefinitions": Set(keys + indexed).map {
                ["AttributeName": $0.name, "AttributeType": $0.kind.rawValue]
            },
        ]
        if !schema.indexes.isEmpty {
            body["GlobalSecondaryIndexes"] = schema.indexes.map { index in
                [
                    "IndexName": index.name, "Projection": ["ProjectionType": "ALL"],
                    "KeySchema": schemaJSON([index.partitionKey, index.sortKey].compactMap(\.self)),
                ] as [String: Any]
            }
        }
        try await self.call("CreateTable", body, in: region, at: endpoint)
    }

    /// Makes a signed call that must succeed.
    private static func call(
        _ operation: String,
        _ body: [String: Any],
        in region: Region,
        at endpoint: String? = Self.endpoint
    ) async throws {
        let endpoint = try EndpointURL(try #require(endpoint))
        let origin = try HTTPOrigin(endpoint.isSecure ? .https : .http, host: endpoint.host, port: endpoint.port)
        let bytes = Array(try JSONSerialization.data(withJSONObject: body))
        let target = "DynamoDB_20120810.\(operation)"
        let (date, authorization) = RequestSigner(region: region.name, service: "dynamodb").signatureOfJSON(
            target: target,
            body: bytes.span,
            host: origin.authority,
            with: try #require(self.credentials.given),
            at: Int64(Date().timeIntervalSince1970)
        )
        let client = try HTTPClient()
        let headers = [
            (name: "Content-Type", value: RequestSigner.jsonContentType), (name: "X-Amz-Target", value: target),
            (name: "X-Amz-Date", value: date), (name: "Authorization", value: authorization),
        ]
        let response = try await client.send(
            HTTPRequest(.post, origin, headers: headers, body: bytes),
            deadline: SystemTime().now.advanced(by: .seconds(30))
        )
        await client.shutdown()
        #expect(response.status == 200, "\(String(decoding: response.body, as: UTF8.self))")
    }
}
