internal import RegionKitCore

extension DynamoWire {
    /// A put whose condition holds for no item; nil for a schema that no item can have.
    static func writeProbe(of schema: TableSchema) -> DynamoRequest? {
        var schema = schema
        // Time to live would add to the condition.
        schema.timeToLiveAttribute = nil
        let key = AttributePath(schema.partitionKey.name)
        let never = Condition.exists(key) && !Condition.exists(key)
        let put = Write.put(schema.attributes(of: schema.heartbeatKey), if: never)
        return try? DynamoWire(schema, stampAttribute: nil).write(put, stamp: nil, now: 0)
    }

    /// One write.
    ///
    /// - Parameters:
    ///   - stamp: What puts and updates are stamped with; not used where stamps are off.
    ///   - now: The wall clock in milliseconds, for the time to live.
    func write(_ write: Write, stamp: Stamp?, now: Int64) throws(ValidationError) -> DynamoRequest {
        let operation: DynamoOperation
        switch write.action {
        case .put: operation = .putItem
        case .update: operation = .updateItem
        case .delete: operation = .deleteItem
        case .check: throw ValidationError("A check is allowed in transactions only.")
        }
        var writer = BodyWriter()
        try self.members(of: write, if: try self.condition(ofSingle: write, now: now), self.mark(stamp), &writer)
        switch (write.action, write.returning) {
        case (.put, .old), (.update, .old), (.delete, .old): writer.member("ReturnValues", text: "ALL_OLD")
        case (.update, .new): writer.member("ReturnValues", text: "ALL_NEW")
        default: break
        }
        return DynamoRequest(operation: operation, body: writer.finished())
    }

    /// Up to 25 unconditional puts and deletes; those left over are asked for again.
    func batchWrite(_ writes: [Write], stamp: Stamp?) throws(ValidationError) -> DynamoRequest {
        var writer = BodyWriter()
        try writer.object("RequestItems") { writer throws(ValidationError) in
            try writer.list(self.schema.name, writes) { writer, write throws(ValidationError) in
                switch write.action {
                case .put(let item):
                    try self.checkStamp(write)
                    writer.object("PutRequest") { $0.member("Item", item, self.mark(stamp)) }
                case .delete(let key):
                    writer.object("DeleteRequest") { $0.member("Key", key, self.schema) }
                case .update, .check:
                    throw ValidationError("A batch takes puts and deletes; use a transaction or single writes.")
                }
            }
        }
        return DynamoRequest(operation: .batchWriteItem, body: writer.finished())
    }

    /// Up to 100 writes, all or none.
    ///
    /// DynamoDB does a repeat with the same operation id once, for ten minutes, if its bytes ask for the same: a repeat
    /// takes the `stamp` and `now` of the first attempt, or it is refused as another request.
    func transact(
        _ writes: [Write],
        _ operation: OperationID,
        stamp: Stamp?,
        now: Int64
    ) throws(ValidationError) -> DynamoRequest {
        var writer = BodyWriter()
        try writer.list("TransactItems", writes) { writer, write throws(ValidationError) in
            let (name, mark): (String, (attribute: String, stamp: Stamp)?) =
                switch write.action {
                case .put: ("Put", self.mark(stamp))
                case .update(_, let update): ("Update", update.createsItem ? self.mark(stamp) : nil)
                case .delete: ("Delete", nil)
                case .check: ("ConditionCheck", nil)
                }
            try writer.object(name) { writer throws(ValidationError) in
                try self.members(of: write, if: try self.condition(of: write, now: now), mark, &writer)
            }
        }
        writer.member("ClientRequestToken", text: operation.description)
        return DynamoRequest(operation: .transactWriteItems, body: writer.finished())
    }

    private func mark(_ stamp: Stamp?) -> (attribute: String, stamp: Stamp)? {
        guard let stamp, let attribute = self.stampAttribute else { return nil }
        return (attribute, stamp)
    }

    /// The members that a write has alone and in a transaction.
    private func members(
        of write: Write,
        if condition: Condition?,
        _ mark: (attribute: String, stamp: Stamp)?,
        _ writer: inout BodyWriter
    ) throws(ValidationError) {
        try self.checkStamp(write)
        var compiler = ExpressionCompiler()
        writer.member("TableName", text: self.schema.name)
        switch write.action {
        case .put(let item):
            writer.member("Item", item, mark)
        case .update(let key, var update):
            writer.member("Key", key, self.schema)
            if let (attribute, stamp) = mark { update = update.set(AttributePath(attribute), stamp.value) }
            if let text = try compiler.update(update) { writer.member("UpdateExpression", text: text) }
        case .delete(let key), .check(let key):
            writer.member("Key", key, self.schema)
        }
        if let condition {
            writer.member("ConditionExpression", text: try compiler.condition(condition))
            writer.member("ReturnValuesOnConditionCheckFailure", text: "ALL_OLD")
        }
        writer.members(of: compiler)
    }

    private func checkStamp(_ write: Write) throws(ValidationError) {
        guard let attribute = self.stampAttribute else { return }
        let isTaken =
            switch write.action {
            case .put(let item): item[attribute] != nil
            case .update(_, let update): update.actions.contains { $0.path.attribute == attribute }
            case .delete, .check: false
            }
        guard !isTaken else {
            throw ValidationError(
                "The write sets the attribute \"\(attribute)\", which holds RegionKit's stamp; rename yours, or give the "
                    + "stamp another name in the table's options, or turn stamps off there."
            )
        }
    }
}
