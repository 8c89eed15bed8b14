internal import RegionKitCore

/// A ``ReplicaCommit`` as the commit script takes it.
struct RedisCommit: Sendable {
    let keys: [[UInt8]]
    private let readiness: RedisCommand.Argument
    private let digest: RedisCommand.Argument
    private let skew: RedisCommand.Argument
    private let floor: HybridTimestamp
    private let rest: [RedisCommand.Argument]

    init(_ commit: ReplicaCommit, _ context: AttemptContext, in store: RedisStore) {
        let layout = store.layout
        self.readiness = store.readiness
        self.digest = .text("\(commit.digest)")
        self.skew = .number(store.skew)
        self.floor = context.clockFloor ?? .zero
        var keys = [layout.meta, layout.log, layout.live, layout.dead, layout.graves]
        keys.append(layout.operation(context.operation))
        keys += layout.indexes
        var rest: [RedisCommand.Argument] = [
            .number(Origin(store.region).rawValue), .bytes(context.operation.bytes), .number(layout.indexes.count),
        ]
        for change in commit.changes {
            let member = RedisMember.row(change.key)
            keys.append(layout.rows + member)
            rest.append(change.expected.argument)
            switch change.effect {
            case .put(let item): rest += ["P", .bytes(member)] + RedisCommand.Argument.item(item, member, store.schema)
            case .delete: rest += ["D", .bytes(member)] + RedisCommand.Argument.item(nil, member, store.schema)
            case .none: rest += ["N", .bytes(member)] + RedisCommand.Argument.item(nil, member, store.schema)
            }
        }
        self.keys = keys
        self.rest = rest
    }

    /// - Parameters:
    ///   - notAfter: The region's time from which on nothing is done.
    ///   - ceiling: The millisecond above which nothing is stamped.
    func arguments(notAfter: Int64, ceiling: Int64) -> [RedisCommand.Argument] {
        [
            self.readiness, self.digest, .number(notAfter), self.skew, .number(self.floor.milliseconds),
            .number(self.floor.counter), .number(ceiling),
        ] + self.rest
    }
}

extension ReplicaCommit.Expectation {
    fileprivate var argument: RedisCommand.Argument {
        switch self {
        case .any: "*"
        case .absent: "-"
        case .version(let version): .text("\(version)")
        }
    }
}
