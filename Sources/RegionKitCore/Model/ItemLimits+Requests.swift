extension ItemLimits {
    /// Checks a request as a whole; the store does so once, before any region is asked.
    public static func validate(_ request: BackendRequest, for schema: TableSchema) throws(ValidationError) {
        switch request {
        case .get(let key, _):
            try self.validate(key, for: schema)
        case .batchGet(let keys, _):
            try self.validate(count: keys.count, 1...self.batchKeys, "A batch read", "keys")
            for key in keys { try self.validate(key, for: schema) }
            try self.validate(distinct: keys, "a batch read")
        case .query(let query):
            try self.validate(query, for: schema)
        case .scan(let scan):
            try self.validate(limit: scan.limit)
            if let filter = scan.filter { try ExpressionValidator.validate(filter) }
            if let next = scan.next { try self.validate(next, in: nil, for: schema) }
        case .write(let write):
            if case .check = write.action { throw ValidationError("A check is allowed in transactions only.") }
            _ = try self.validatedKey(of: write, for: schema)
        case .batchWrite(let writes):
            try self.validate(count: writes.count, 1...self.batchWrites, "A batch", "writes")
            guard writes.allSatisfy({ $0.isUnconditional && $0.returning == .none }) else {
                throw ValidationError(
                    "A batch takes puts and deletes without condition and returned item; "
                        + "use a transaction or single writes for others."
                )
            }
            try self.validate(distinct: try self.validatedKeys(of: writes, for: schema), "a batch")
        case .transact(let writes):
            try self.validate(count: writes.count, 1...self.transactionWrites, "A transaction", "writes")
            try self.validate(distinct: try self.validatedKeys(of: writes, for: schema), "a transaction")
            try self.validate(transaction: writes)
        case .resolve(let write):
            for key in write.keys { try self.validate(key, for: schema) }
        }
    }

    private static func validate(transaction writes: [Write]) throws(ValidationError) {
        var size = 0
        for write in writes {
            guard write.returning == .none else {
                throw ValidationError("A write in a transaction returns no item; read it before or after.")
            }
            switch write.action {
            case .put(let item): size += self.size(of: item)
            case .update(_, let update) where update.actions.isEmpty:
                throw ValidationError("An update in a transaction has no action; it needs one.")
            case .check where write.condition == nil:
                throw ValidationError("A check has no condition; it needs one.")
            case .update, .delete, .check: break
            }
        }
        guard size <= self.transactionSize else {
            throw ValidationError(
                "The items of the transaction have \(size) bytes; \(self.transactionSize) are allowed together."
            )
        }
    }

    /// Checks a write and answers with the key it is about.
    private static func validatedKey(of write: Write, for schema: TableSchema) throws(ValidationError) -> Key {
        if let condition = write.condition { try ExpressionValidator.validate(condition) }
        switch write.action {
        case .put(let item):
            try self.validate(item, for: schema)
            return try schema.key(of: item)
        case .update(let key, let update):
            try self.validate(key, for: schema)
            try ExpressionValidator.validate(update, for: schema)
            return key
        case .delete(let key), .check(let key):
            try self.validate(key, for: schema)
            return key
        }
    }

    private static func validatedKeys(of writes: [Write], for schema: TableSchema) throws(ValidationError) -> [Key] {
        var keys: [Key] = []
        for write in writes { keys.append(try self.validatedKey(of: write, for: schema)) }
        return keys
    }

    private static func validate(_ query: Query, for schema: TableSchema) throws(ValidationError) {
        var (partitionKey, sortKey) = (schema.partitionKey, schema.sortKey)
        if let name = query.index {
            guard let index = schema.index(named: name) else {
                throw ValidationError(
                    "Table \(schema.name) has no index \(name.quoted); it has "
                        + (schema.indexes.isEmpty ? "none." : schema.indexes.map(\.name).joined(separator: ", ") + ".")
                )
            }
            guard query.consistency == .eventual else {
                throw ValidationError("An index answers eventually consistent reads only.")
            }
            (partitionKey, sortKey) = (index.partitionKey, index.sortKey)
        }
        try self.validate(query.partition, of: partitionKey, self.partitionKeySize)
        if let sort = query.sort {
            guard let sortKey else {
                throw ValidationError("The query bounds the sort key, but what it asks has none.")
            }
            try self.validate(sort, of: sortKey)
        }
        try self.validate(limit: query.limit)
        if let filter = query.filter {
            try ExpressionValidator.validate(filter, without: [partitionKey.name, sortKey?.name].compactMap(\.self))
        }
        if let next = query.next {
            try self.validate(next, in: query.index, for: schema)
            guard next.position[partitionKey.name] == query.partition else {
                throw ValidationError("The page token belongs to another partition.")
            }
        }
    }

    private static func validate(
        _ sort: Query.SortCondition,
        of sortKey: TableSchema.KeyAttribute
    ) throws(ValidationError) {
        switch sort {
        case .equal(let value), .less(let value), .lessOrEqual(let value), .greater(let value),
            .greaterOrEqual(let value):
            try self.validate(value, of: sortKey, self.sortKeySize)
        case .between(let lower, let upper):
            try self.validate(lower, of: sortKey, self.sortKeySize)
            try self.validate(upper, of: sortKey, self.sortKeySize)
            guard upper.precedes(lower) == false else {
                throw ValidationError("The upper bound on sort key \(sortKey.name.quoted) lies below the lower one.")
            }
        case .beginsWith(let prefix):
            try self.validate(prefix, of: sortKey, self.sortKeySize)
            guard sortKey.kind != .number else {
                throw ValidationError(
                    "Sort key \(sortKey.name.quoted) is of type N; only S and B begin with something."
                )
            }
        }
    }

    private static func validate(
        _ token: PageToken,
        in index: String?,
        for schema: TableSchema
    ) throws(ValidationError) {
        let keys = schema.positionKeys(in: index)
        guard token.position.count == keys.count else {
            throw ValidationError(
                "The page token holds \(token.position.count) attributes; this read's tokens hold \(keys.count)."
            )
        }
        try self.validate(try schema.key(of: token.position), for: schema)
        for key in keys {
            guard let value = token.position[key.name] else {
                throw ValidationError("The page token lacks the key attribute \(key.name.quoted).")
            }
            try self.validate(value, of: key, self.partitionKeySize)
        }
    }

    private static func validate(limit: Int?) throws(ValidationError) {
        guard limit ?? 1 >= 1 else {
            throw ValidationError("The limit is \(limit ?? 0); it must be at least 1.")
        }
    }

    private static func validate(
        count: Int,
        _ allowed: ClosedRange<Int>,
        _ owner: String,
        _ parts: String
    ) throws(ValidationError) {
        guard allowed.contains(count) else {
            throw ValidationError(
                "\(owner) has \(count) \(parts); \(allowed.lowerBound) to \(allowed.upperBound) are allowed."
            )
        }
    }

    private static func validate(distinct keys: [Key], _ owner: String) throws(ValidationError) {
        guard Set(keys).count == keys.count else {
            throw ValidationError("Two parts of \(owner) have the same key; keys must differ.")
        }
    }
}
