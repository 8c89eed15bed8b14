internal import RegionKitCore

/// A ``ReplicaCommit``, encoded on the caller's thread.
struct EncodedCommit: Sendable {
    struct Change: Sendable {
        var row: EncodedRow
        var expected: ReplicaCommit.Expectation
        /// False when the expectation alone is checked.
        var writes: Bool
    }

    var changes: [Change]
    var digest: UInt64

    init(_ commit: ReplicaCommit, in schema: TableSchema) {
        self.digest = commit.digest
        self.changes = commit.changes.map { change in
            let item: Item? = if case .put(let item) = change.effect { item } else { nil }
            return Change(
                row: EncodedRow(EncodedKey(change.key), item, in: schema),
                expected: change.expected,
                writes: change.effect != .none
            )
        }
    }
}

extension ReplicaCommit.Expectation {
    /// Whether a row of this version, or none, is what was expected.
    func holds(for version: Version?) -> Bool {
        switch self {
        case .any: true
        case .absent: version == nil
        case .version(let expected): version == expected
        }
    }
}
