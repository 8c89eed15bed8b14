/// One change to one item, with the condition under which it is done.
public struct Write: Hashable, Sendable {
    /// What is done.
    public enum Action: Hashable, Sendable {
        /// Stores a whole item in place of what was there.
        case put(Item)
        /// Changes parts of an item, creating it when missing.
        case update(Key, Update)
        /// Removes an item; a missing one is no error.
        case delete(Key)
        /// Changes nothing: the condition alone is checked. In transactions only.
        case check(Key)
    }

    /// Which item a write answers with.
    public enum Returning: Hashable, Sendable {
        /// None.
        case none
        /// The item as it was before the write.
        case old
        /// The item as it is after the write.
        case new
    }

    /// What is done.
    public var action: Action
    /// What must hold for the stored item; a missing item counts as one without attributes.
    public var condition: Condition?
    /// Which item the answer carries.
    public var returning: Returning

    /// Creates a write.
    public init(_ action: Action, if condition: Condition? = nil, returning: Returning = .none) {
        self.action = action
        self.condition = condition
        self.returning = returning
    }

    /// Stores a whole item.
    public static func put(_ item: Item, if condition: Condition? = nil) -> Write {
        Write(.put(item), if: condition)
    }

    /// Changes parts of an item.
    public static func update(_ key: Key, _ update: Update, if condition: Condition? = nil) -> Write {
        Write(.update(key, update), if: condition)
    }

    /// Removes an item.
    public static func delete(_ key: Key, if condition: Condition? = nil) -> Write {
        Write(.delete(key), if: condition)
    }

    /// Checks a condition inside a transaction.
    public static func check(_ key: Key, _ condition: Condition) -> Write {
        Write(.check(key), if: condition)
    }

    /// The key that the write is about.
    public func key(in schema: TableSchema) throws(ValidationError) -> Key {
        switch self.action {
        case .put(let item): try schema.key(of: item)
        case .update(let key, _), .delete(let key), .check(let key): key
        }
    }

    /// Whether it may change something.
    var isChange: Bool {
        if case .check = self.action { false } else { true }
    }

    /// The partition key's value of the item; nil for a put of an item that lacks it.
    func partition(in schema: TableSchema) -> AttributeValue? {
        switch self.action {
        case .put(let item): item[schema.partitionKey.name]
        case .update(let key, _), .delete(let key), .check(let key): key.partition
        }
    }

    /// Whether the write may be repeated in another region: an unconditional put or delete.
    public var isUnconditional: Bool {
        guard self.condition == nil else { return false }
        switch self.action {
        case .put, .delete: return true
        case .update, .check: return false
        }
    }
}
