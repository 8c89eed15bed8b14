internal import RegionKitCore

/// One call of the data plane that was tried to learn whether the caller may make it.
struct PermissionTrial: Sendable {
    /// The name in IAM, without `dynamodb:`, and the index where it is about one.
    let action: String
    /// How it failed; nil where it did not, or for what it asked and not for who did.
    let error: RegionError?

    var isDenied: Bool { self.error?.code == .accessDenied }

    /// What RegionKit calls and cannot be tried without writing: a batch knows no conditions.
    static let untried = "BatchWriteItem"

    /// Tries what RegionKit calls: reads of a key that holds nothing, and writes whose condition never holds.
    static func all(_ plane: ControlPlane, _ schema: TableSchema) async -> [PermissionTrial] {
        var schema = schema
        // Expiry would make the conditions longer, and these hold for no item.
        schema.timeToLiveAttribute = nil
        let wire = DynamoWire(schema, stampAttribute: nil)
        let key = schema.heartbeatKey
        // The item of a key always has that key.
        let never = Condition.compare(
            .path(AttributePath(schema.partitionKey.name)),
            .equal,
            .value(key.partition.other)
        )
        var trials: [PermissionTrial] = []
        func attempt(
            _ action: String,
            _ kind: OperationKind,
            _ request: () throws(ValidationError) -> DynamoRequest
        ) async {
            var failure: RegionError?
            do throws(ValidationError) {
                let request = try request()
                do throws(RegionError) { try await plane.call(request, kind) } catch { failure = error }
            } catch {
                failure = RegionError(.validation, error.message, region: plane.region)
            }
            if failure?.code == .conditionFailed || failure?.code == .validation { failure = nil }
            trials.append(PermissionTrial(action: action, error: failure))
        }
        await attempt("GetItem", .read) { wire.get(key, .consistent) }
        await attempt("BatchGetItem", .read) { wire.batchGet([key], .eventual) }
        await attempt("Query", .read) { () throws(ValidationError) in try wire.query(Query(key.partition, limit: 1)) }
        for index in schema.indexes {
            await attempt("Query on index/\(index.name)", .read) { () throws(ValidationError) in
                try wire.query(Query(index.partitionKey.heartbeatValue, index: index.name, limit: 1))
            }
        }
        await attempt("Scan", .read) { () throws(ValidationError) in try wire.scan(Scan(limit: 1)) }
        let writes: [(action: String, write: Write)] = [
            ("PutItem", .put(schema.attributes(of: key), if: never)),
            ("UpdateItem", .update(key, Update().set("rk-check", .bool(true)), if: never)),
            ("DeleteItem", .delete(key, if: never)),
        ]
        for (action, write) in writes {
            await attempt(action, .write) { () throws(ValidationError) in try wire.write(write, stamp: nil, now: 0) }
        }
        await attempt("ConditionCheckItem", .write) { () throws(ValidationError) in
            var generator = SystemRandomNumberGenerator()
            let operation = OperationID.random(using: &generator)
            return try wire.transact([.check(key, never)], operation, stamp: nil, now: 0)
        }
        return trials
    }
}

extension AttributeValue {
    /// A key's value of the same type that differs.
    fileprivate var other: AttributeValue {
        switch self {
        case .number: .number(1)
        case .binary(let bytes): .binary(bytes + [0])
        default: .string("rk-never")
        }
    }
}
