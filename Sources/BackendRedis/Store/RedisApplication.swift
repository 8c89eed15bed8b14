internal import RegionKitCore

/// A ``ReplicaApplication``, checked, as the script takes it.
struct RedisApplication: Sendable {
    let keys: [[UInt8]]
    let arguments: [RedisCommand.Argument]

    /// Rows come from elsewhere: keys and items must be what this table can have.
    init(_ application: ReplicaApplication, in store: RedisStore) throws(ValidationError) {
        let layout = store.layout
        var keys = [
            layout.meta, layout.log, layout.live, layout.dead, layout.graves, layout.cursors, layout.due, layout.parked,
        ]
        keys += layout.indexes
        var arguments: [RedisCommand.Argument] = [
            .number(store.skew), .text(application.peer.name), application.from == nil ? "0" : "1",
            .text(application.from?.text ?? ""), .text(application.to.text),
            .number(application.maximumDrift.wholeNanoseconds / 1_000_000), .number(store.configuration.parkedLimit),
            .number(layout.indexes.count), .bytes(layout.rows),
            .text(application.purgeBound.map { "\($0)" } ?? ""), .number(application.rows.count),
        ]
        for row in application.rows {
            try ItemLimits.validate(row.key, for: store.schema)
            if let item = row.item { try ItemLimits.validate(item, for: store.schema) }
            guard RedisLayout.milliseconds.contains(row.version.timestamp.milliseconds) else {
                throw ValidationError("Its version \(row.version) is of no clock.")
            }
            let member = RedisMember.row(row.key)
            keys.append(layout.rows + member)
            let (stamp, origin) = (row.version.timestamp, row.version.origin)
            arguments += [
                .number(stamp.milliseconds), .number(stamp.counter), .number(origin.rawValue),
                .bytes(row.operation.bytes), row.item == nil ? "D" : "P", .bytes(member),
            ]
            arguments += RedisCommand.Argument.item(row.item, member, store.schema)
        }
        if application.purgeBound != nil {
            for key in application.purge {
                let member = RedisMember.row(key)
                keys.append(layout.rows + member)
                arguments.append(.bytes(member))
            }
        }
        self.keys = keys
        self.arguments = arguments
    }
}
