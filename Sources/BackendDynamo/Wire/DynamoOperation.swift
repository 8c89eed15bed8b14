/// The operations of DynamoDB's data plane that RegionKit calls.
enum DynamoOperation: String, Hashable, Sendable, CaseIterable {
    case getItem = "GetItem"
    case batchGetItem = "BatchGetItem"
    case query = "Query"
    case scan = "Scan"
    case putItem = "PutItem"
    case updateItem = "UpdateItem"
    case deleteItem = "DeleteItem"
    case batchWriteItem = "BatchWriteItem"
    case transactWriteItems = "TransactWriteItems"

    /// The value of the header `X-Amz-Target`.
    var target: String { "DynamoDB_20120810.\(self.rawValue)" }
}
