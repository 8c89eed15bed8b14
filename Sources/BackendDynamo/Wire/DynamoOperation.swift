/// The operations of DynamoDB's data plane that RegionKit calls.
///
/// The raw value is that of the header `X-Amz-Target`.
enum DynamoOperation: String, Hashable, Sendable, CaseIterable {
    case getItem = "DynamoDB_20120810.GetItem"
    case batchGetItem = "DynamoDB_20120810.BatchGetItem"
    case query = "DynamoDB_20120810.Query"
    case scan = "DynamoDB_20120810.Scan"
    case putItem = "DynamoDB_20120810.PutItem"
    case updateItem = "DynamoDB_20120810.UpdateItem"
    case deleteItem = "DynamoDB_20120810.DeleteItem"
    case batchWriteItem = "DynamoDB_20120810.BatchWriteItem"
    case transactWriteItems = "DynamoDB_20120810.TransactWriteItems"
}
