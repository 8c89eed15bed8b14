extension TableSchema {
    /// Checks the schema against DynamoDB's rules for names, key types and the number of indexes.
    ///
    /// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
    public func validate() throws(ValidationError) {
        try Self.validate(name: self.name, of: "A table")
        guard self.indexes.count <= ItemLimits.indexes else {
            throw ValidationError("A table may have \(ItemLimits.indexes) indexes; this one has \(self.indexes.count).")
        }
        var kinds: [String: AttributeValue.Kind] = [:]
        try Self.validate(self.partitionKey, self.sortKey, of: "the table", &kinds)
        var names: Set<String> = []
        for index in self.indexes {
            try Self.validate(name: index.name, of: "An index")
            guard names.insert(index.name).inserted else {
                throw ValidationError("Two indexes are called \(index.name.quoted); names must differ.")
            }
            try Self.validate(index.partitionKey, index.sortKey, of: "index \(index.name.quoted)", &kinds)
        }
        guard let attribute = self.timeToLiveAttribute else { return }
        guard ItemLimits.keyNameSize.contains(attribute.utf8.count) else {
            throw ValidationError(
                "The time-to-live attribute's name has \(attribute.utf8.count) bytes; 1 to 255 are allowed."
            )
        }
        guard kinds[attribute] ?? .number == .number else {
            throw ValidationError("The time-to-live attribute \(attribute.quoted) is a key and not of type N.")
        }
    }

    private static func validate(name: String, of owner: String) throws(ValidationError) {
        let isValid = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isValid, ItemLimits.nameSize.contains(name.utf8.count) else {
            throw ValidationError(
                "\(owner)'s name has 3 to 255 characters from a-z, A-Z, 0-9, '_', '-' and '.'; \(name.quoted) has not."
            )
        }
    }

    private static func validate(
        _ partition: KeyAttribute,
        _ sort: KeyAttribute?,
        of owner: String,
        _ kinds: inout [String: AttributeValue.Kind]
    ) throws(ValidationError) {
        guard partition.name != sort?.name else {
            throw ValidationError("Partition and sort key of \(owner) are both \(partition.name.quoted).")
        }
        for key in [partition, sort].compactMap({ $0 }) {
            guard ItemLimits.keyNameSize.contains(key.name.utf8.count) else {
                throw ValidationError(
                    "A key attribute's name in \(owner) has \(key.name.utf8.count) bytes; 1 to 255 are allowed."
                )
            }
            guard [.string, .number, .binary].contains(key.kind) else {
                throw ValidationError(
                    "Key attribute \(key.name.quoted) of \(owner) is of type \(key.kind.rawValue); S, N and B are allowed."
                )
            }
            guard kinds.updateValue(key.kind, forKey: key.name) ?? key.kind == key.kind else {
                throw ValidationError("Key attribute \(key.name.quoted) is declared with two types; it can have one.")
            }
        }
    }
}
