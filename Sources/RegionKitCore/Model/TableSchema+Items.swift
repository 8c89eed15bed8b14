extension TableSchema {
    /// The primary key of an item; an error when a key attribute is missing or of another type than declared.
    public func key(of item: Item) throws(ValidationError) -> Key {
        guard let sortKey = self.sortKey else { return Key(try self.partitionKey.value(in: item)) }
        return Key(try self.partitionKey.value(in: item), sort: try sortKey.value(in: item))
    }

    /// The attributes that hold a key.
    public func attributes(of key: Key) -> Item {
        var item: Item = [self.partitionKey.name: key.partition]
        if let sortKey = self.sortKey { item[sortKey.name] = key.sort }
        return item
    }

    /// The index of that name; nil when there is none.
    public func index(named name: String) -> Index? {
        self.indexes.first { $0.name == name }
    }

    /// Whether an item's time is over: its time-to-live attribute is a number of epoch seconds not after the given
    /// time.
    public func isExpired(_ item: Item, atMilliseconds now: Int64) -> Bool {
        guard let attribute = self.timeToLiveAttribute, let expiry = item[attribute]?.number else { return false }
        return expiry <= Number(now / 1000)
    }

    /// Where a page ends whose last item this is: the table's key attributes and those of the index.
    public func position(of item: Item, in index: String?) -> PageToken {
        PageToken(position: self.positionKeys(in: index).reduce(into: [:]) { $0[$1.name] = item[$1.name] })
    }

    /// The attributes that a page token for the table or an index holds, each once.
    func positionKeys(in index: String?) -> [KeyAttribute] {
        var keys = [self.partitionKey, self.sortKey]
        if let index = index.flatMap(self.index(named:)) { keys += [index.partitionKey, index.sortKey] }
        return keys.compactMap(\.self).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

extension TableSchema.KeyAttribute {
    /// The attribute's value in an item.
    fileprivate func value(in item: Item) throws(ValidationError) -> AttributeValue {
        guard let value = item[self.name] else {
            throw ValidationError("The item lacks the key attribute \(self.name.quoted) of type \(self.kind.rawValue).")
        }
        try self.validate(kindOf: value)
        return value
    }

    /// Checks that a value has the declared type.
    func validate(kindOf value: AttributeValue) throws(ValidationError) {
        guard value.kind == self.kind else {
            throw ValidationError(
                "Key attribute \(self.name.quoted) must be of type \(self.kind.rawValue); "
                    + "the value is of type \(value.kind.rawValue)."
            )
        }
    }
}
