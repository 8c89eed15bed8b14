extension AttributeValue: CustomStringConvertible {
    /// The value in DynamoDB JSON, `{"S":"x"}`: for people, in a debugger and in tests.
    public var description: String {
        String(decoding: DynamoDBJSON.encodeValue(self, sorted: true), as: UTF8.self)
    }
}
