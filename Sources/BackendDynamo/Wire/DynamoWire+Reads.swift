internal import RegionKitCore

extension DynamoWire {
    func get(_ key: Key, _ consistency: ReadConsistency) -> DynamoRequest {
        var writer = BodyWriter()
        writer.member("TableName", text: self.schema.name)
        writer.member("Key", key, self.schema)
        writer.member(consistency)
        return DynamoRequest(operation: .getItem, body: writer.finished())
    }

    /// Asks for up to 100 items; those left over are asked for again.
    func batchGet(_ keys: [Key], _ consistency: ReadConsistency) -> DynamoRequest {
        var writer = BodyWriter()
        writer.object("RequestItems") { writer in
            writer.object(self.schema.name) { writer in
                writer.member("Keys", keys, self.schema)
                writer.member(consistency)
            }
        }
        return DynamoRequest(operation: .batchGetItem, body: writer.finished())
    }

    func query(_ query: Query) throws(ValidationError) -> DynamoRequest {
        let index = query.index.flatMap { self.schema.index(named: $0) }
        var compiler = ExpressionCompiler()
        let keys = compiler.keyCondition(
            query,
            index?.partitionKey.name ?? self.schema.partitionKey.name,
            index == nil ? self.schema.sortKey?.name : index?.sortKey?.name
        )
        var writer = BodyWriter()
        writer.member("TableName", text: self.schema.name)
        if let name = query.index { writer.member("IndexName", text: name) }
        writer.member("KeyConditionExpression", text: keys)
        if query.descending { writer.member("ScanIndexForward", false) }
        try writer.page(query.limit, query.next, query.filter, query.consistency, &compiler)
        return DynamoRequest(operation: .query, body: writer.finished())
    }

    func scan(_ scan: Scan) throws(ValidationError) -> DynamoRequest {
        var compiler = ExpressionCompiler()
        var writer = BodyWriter()
        writer.member("TableName", text: self.schema.name)
        try writer.page(scan.limit, scan.next, scan.filter, scan.consistency, &compiler)
        return DynamoRequest(operation: .scan, body: writer.finished())
    }
}

extension BodyWriter {
    fileprivate mutating func member(_ consistency: ReadConsistency) {
        if consistency == .consistent { self.member("ConsistentRead", true) }
    }

    fileprivate mutating func page(
        _ limit: Int?,
        _ next: PageToken?,
        _ filter: Condition?,
        _ consistency: ReadConsistency,
        _ compiler: inout ExpressionCompiler
    ) throws(ValidationError) {
        if let filter { self.member("FilterExpression", text: try compiler.condition(filter)) }
        self.members(of: compiler)
        if let limit { self.member("Limit", number: limit) }
        if let next { self.member("ExclusiveStartKey", next.position) }
        self.member(consistency)
    }
}
