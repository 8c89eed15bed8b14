/// One call: which operation, and its body.
struct DynamoRequest: Hashable, Sendable {
    var operation: DynamoOperation
    var body: [UInt8]
}
