internal import RegionKitCore

/// One call of DynamoDB's control plane: what RegionKit sends, and what an operator can type.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html>
struct ControlRequest: Hashable, Sendable {
    enum Operation: String, Hashable, Sendable {
        case createTable = "CreateTable"
        case describeTable = "DescribeTable"
        case updateTable = "UpdateTable"
        case describeTimeToLive = "DescribeTimeToLive"
        case updateTimeToLive = "UpdateTimeToLive"
        case describeContinuousBackups = "DescribeContinuousBackups"
        case updateContinuousBackups = "UpdateContinuousBackups"

        var kind: OperationKind { self.rawValue.hasPrefix("Describe") ? .read : .write }
    }

    let operation: Operation
    let body: JSON

    private init(_ operation: Operation, _ table: String, _ members: [JSON.Member] = []) {
        self.operation = operation
        self.body = .object([JSON.Member(name: "TableName", value: .string(table))] + members)
    }

    /// The line for a shell that does the same with the AWS command line.
    ///
    /// - Parameter options: What is told beside the region.
    func commandLine(in region: Region, options: [String]) -> String {
        // The names there are those of the operations, in small letters with dashes between the words.
        let name = self.operation.rawValue.reduce(into: "") { name, letter in
            name += (letter.isUppercase && !name.isEmpty ? "-" : "") + letter.lowercased()
        }
        let words = ["aws", "dynamodb", name, "--region", region.name, "--cli-input-json", "\(self.body)"]
        return (words + options).map(Self.quoted).joined(separator: " ")
    }

    /// A word as a POSIX shell reads it.
    static func quoted(_ word: String) -> String {
        let isPlain = word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._/:".contains($0)) }
        return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}

extension ControlRequest {
    /// Creates a table that can become a global one: on demand, with the stream that replication reads.
    static func createTable(_ schema: TableSchema) -> ControlRequest {
        var members = [
            JSON.Member(name: "AttributeDefinitions", value: .array(schema.keyAttributes.map(\.definition))),
            JSON.Member(name: "KeySchema", value: Self.keySchema(schema.partitionKey, schema.sortKey)),
            JSON.Member(name: "BillingMode", value: "PAY_PER_REQUEST"),
            JSON.Member(name: "StreamSpecification", value: Self.stream),
        ]
        if !schema.indexes.isEmpty {
            let indexes = schema.indexes.map(Self.index)
            members.append(JSON.Member(name: "GlobalSecondaryIndexes", value: .array(indexes)))
        }
        return ControlRequest(.createTable, schema.name, members)
    }

    static func describeTable(_ table: String) -> ControlRequest { ControlRequest(.describeTable, table) }

    static func describeTimeToLive(_ table: String) -> ControlRequest { ControlRequest(.describeTimeToLive, table) }

    static func describeContinuousBackups(_ table: String) -> ControlRequest {
        ControlRequest(.describeContinuousBackups, table)
    }

    static func enableStream(_ table: String) -> ControlRequest {
        self.update(table, "StreamSpecification", Self.stream)
    }

    static func useOnDemandCapacity(_ table: String) -> ControlRequest {
        self.update(table, "BillingMode", "PAY_PER_REQUEST")
    }

    static func protectFromDeletion(_ table: String) -> ControlRequest {
        self.update(table, "DeletionProtectionEnabled", .bool(true))
    }

    static func addReplica(_ region: Region, to table: String) -> ControlRequest {
        self.update(table, "ReplicaUpdates", [["Create": ["RegionName": .string(region.name)]]])
    }

    static func removeReplica(_ region: Region, from table: String) -> ControlRequest {
        self.update(table, "ReplicaUpdates", [["Delete": ["RegionName": .string(region.name)]]])
    }

    static func addIndex(_ index: TableSchema.Index, to table: String) -> ControlRequest {
        let keys = [index.partitionKey, index.sortKey].compactMap(\.self)
        return ControlRequest(
            .updateTable,
            table,
            [
                JSON.Member(name: "AttributeDefinitions", value: .array(keys.map(\.definition))),
                JSON.Member(name: "GlobalSecondaryIndexUpdates", value: [["Create": Self.index(index)]]),
            ]
        )
    }

    static func enableTimeToLive(_ attribute: String, of table: String) -> ControlRequest {
        let setting: JSON = ["Enabled": .bool(true), "AttributeName": .string(attribute)]
        return ControlRequest(
            .updateTimeToLive,
            table,
            [JSON.Member(name: "TimeToLiveSpecification", value: setting)]
        )
    }

    static func enableContinuousBackups(_ table: String) -> ControlRequest {
        let setting: JSON = ["PointInTimeRecoveryEnabled": .bool(true)]
        return ControlRequest(
            .updateContinuousBackups,
            table,
            [JSON.Member(name: "PointInTimeRecoverySpecification", value: setting)]
        )
    }

    private static let stream: JSON = ["StreamEnabled": .bool(true), "StreamViewType": "NEW_AND_OLD_IMAGES"]

    private static func update(_ table: String, _ member: String, _ value: JSON) -> ControlRequest {
        ControlRequest(.updateTable, table, [JSON.Member(name: member, value: value)])
    }

    private static func index(_ index: TableSchema.Index) -> JSON {
        [
            "IndexName": .string(index.name), "KeySchema": self.keySchema(index.partitionKey, index.sortKey),
            "Projection": ["ProjectionType": "ALL"],
        ]
    }

    private static func keySchema(_ partition: TableSchema.KeyAttribute, _ sort: TableSchema.KeyAttribute?) -> JSON {
        .array(
            zip([partition, sort].compactMap(\.self), ["HASH", "RANGE"]).map { key, role in
                ["AttributeName": .string(key.name), "KeyType": .string(role)]
            }
        )
    }
}

extension TableSchema {
    /// The key attributes of the table and its indexes, each once.
    fileprivate var keyAttributes: [KeyAttribute] {
        let indexed = self.indexes.flatMap { [$0.partitionKey, $0.sortKey] }
        return ([self.partitionKey, self.sortKey] + indexed).compactMap(\.self).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }
}

extension TableSchema.KeyAttribute {
    fileprivate var definition: JSON {
        ["AttributeName": .string(self.name), "AttributeType": .string(self.kind.rawValue)]
    }
}
