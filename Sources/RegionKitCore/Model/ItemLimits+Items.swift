extension ItemLimits {
    /// Checks an item: keys of the table and its indexes, names, sets, depth and size.
    public static func validate(_ item: Item, for schema: TableSchema) throws(ValidationError) {
        try self.validate(try schema.key(of: item), for: schema)
        for index in schema.indexes {
            if let value = item[index.partitionKey.name] {
                try self.validate(value, of: index.partitionKey, self.partitionKeySize)
            }
            if let sortKey = index.sortKey, let value = item[sortKey.name] {
                try self.validate(value, of: sortKey, self.sortKeySize)
            }
        }
        try self.validateEntries(item, below: 0)
        let size = self.size(of: item)
        guard size <= self.itemSize else {
            throw ValidationError("The item has \(size) bytes by DynamoDB's measure; \(self.itemSize) are allowed.")
        }
    }

    /// Checks a primary key: its parts, their types and lengths.
    public static func validate(_ key: Key, for schema: TableSchema) throws(ValidationError) {
        try self.validate(key.partition, of: schema.partitionKey, self.partitionKeySize)
        switch (key.sort, schema.sortKey) {
        case (nil, nil): break
        case (let sort?, let sortKey?): try self.validate(sort, of: sortKey, self.sortKeySize)
        case (nil, let sortKey?):
            throw ValidationError(
                "The key has no sort value; table \(schema.name) has the sort key \(sortKey.name.quoted)."
            )
        case (.some, nil):
            throw ValidationError("The key has a sort value; table \(schema.name) has no sort key.")
        }
    }

    /// Checks the value of a key attribute: its type and length.
    static func validate(
        _ value: AttributeValue,
        of key: TableSchema.KeyAttribute,
        _ allowed: ClosedRange<Int>
    ) throws(ValidationError) {
        try key.validate(kindOf: value)
        let size: Int
        switch value {
        case .string(let text): size = text.utf8.count
        case .binary(let bytes): size = bytes.count
        default: return
        }
        guard allowed.contains(size) else {
            throw ValidationError(
                "Key attribute \(key.name.quoted) has \(size) bytes; "
                    + "\(allowed.lowerBound) to \(allowed.upperBound) are allowed."
            )
        }
    }

    /// Checks what any value must keep to, wherever it stands: no empty set, names, depth.
    static func validate(_ value: AttributeValue, below depth: Int = 0) throws(ValidationError) {
        switch value {
        case .string, .number, .binary, .bool, .null: return
        case .stringSet(let members): try self.validate(members, value.kind)
        case .numberSet(let members): try self.validate(members, value.kind)
        case .binarySet(let members): try self.validate(members, value.kind)
        case .list(let elements):
            try self.validate(depth: depth + 1)
            for element in elements { try self.validate(element, below: depth + 1) }
        case .map(let entries):
            try self.validate(depth: depth + 1)
            try self.validateEntries(entries, below: depth + 1)
        }
    }

    static func validate(name: String) throws(ValidationError) {
        guard self.attributeNameSize.contains(name.utf8.count) else {
            throw ValidationError("An attribute's name has \(name.utf8.count) bytes; 1 to 65535 are allowed.")
        }
    }

    private static func validateEntries(_ entries: Item, below depth: Int) throws(ValidationError) {
        for (name, value) in entries {
            try self.validate(name: name)
            try self.validate(value, below: depth)
        }
    }

    private static func validate(_ members: some Collection, _ kind: AttributeValue.Kind) throws(ValidationError) {
        guard !members.isEmpty else {
            throw ValidationError("A set of type \(kind.rawValue) is empty; a set needs a member.")
        }
    }

    private static func validate(depth: Int) throws(ValidationError) {
        guard depth <= self.depth else {
            throw ValidationError("Lists and maps are nested deeper than the \(self.depth) levels allowed.")
        }
    }
}
