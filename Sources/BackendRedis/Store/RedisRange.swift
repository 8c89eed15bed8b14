internal import RegionKitCore

/// A ``ReplicaRange`` as a stretch of one sorted set, from its first bytes up to, and without, its end.
struct RedisRange: Hashable, Sendable {
    /// The sorted set.
    var set: [UInt8]
    var start: [UInt8] = []
    /// Nil for the end of the set.
    var end: [UInt8]?
    var descending: Bool
    /// How many parts stand before a row's key in a member.
    var partsBeforeKey = 0

    init(_ range: ReplicaRange, in schema: TableSchema, _ layout: RedisLayout) throws(ValidationError) {
        self.descending = range.descending
        var index: TableSchema.Index?
        switch range.scope {
        case .table:
            self.set = layout.live
        case .partition(let partition):
            self.set = layout.live
            self.start = RedisMember.part(partition)
            self.end = RedisMember.end(of: self.start)
        case .index(let name, let partition):
            guard let place = schema.indexes.firstIndex(where: { $0.name == name }) else {
                throw ValidationError("The table has no index of that name.")
            }
            index = schema.indexes[place]
            self.set = layout.indexes[place]
            self.start = RedisMember.part(partition)
            self.end = RedisMember.end(of: self.start)
            self.partsBeforeKey = 2
        }
        if let sort = range.sort { self.restrict(to: sort) }
        if let after = range.after?.position {
            let row = RedisMember.row(try schema.key(of: after))
            guard let member = index.map({ RedisMember.entry(after, in: $0, row: row) }) ?? row else {
                throw ValidationError("The page token lacks a key attribute of the index.")
            }
            self.start(after: member)
        }
    }

    /// Whether nothing can be in it.
    var isEmpty: Bool {
        guard let end = self.end else { return false }
        return !self.start.lexicographicallyPrecedes(end)
    }

    /// The bounds as Redis takes them.
    var low: [UInt8] { Array("[".utf8) + self.start }
    var high: [UInt8] { self.end.map { Array("(".utf8) + $0 } ?? Array("+".utf8) }

    /// Goes on after a member, in the range's own direction.
    mutating func start(after member: [UInt8]) {
        if self.descending {
            self.end = self.end.map { $0.lexicographicallyPrecedes(member) ? $0 : member } ?? member
        } else {
            // The first bytes above the member.
            let next = member + [0]
            if self.start.lexicographicallyPrecedes(next) { self.start = next }
        }
    }

    private mutating func restrict(to condition: Query.SortCondition) {
        let partition = self.start
        func first(_ value: AttributeValue) -> [UInt8] { partition + RedisMember.part(value) }
        func end(_ value: AttributeValue) -> [UInt8]? { RedisMember.end(of: first(value)) }
        switch condition {
        case .equal(let value):
            self.start = first(value)
            self.end = end(value)
        case .less(let value): self.end = first(value)
        case .lessOrEqual(let value): self.end = end(value)
        case .greater(let value): self.start = end(value) ?? self.start
        case .greaterOrEqual(let value): self.start = first(value)
        case .between(let lower, let upper):
            self.start = first(lower)
            self.end = end(upper)
        case .beginsWith(let value):
            self.start = partition + RedisMember.escaped(KeyEncoding.encode(value))
            self.end = RedisMember.end(of: self.start)
        }
    }
}
