/// Changes that a region accepts together; without any change, the refusal of an operation.
public struct ReplicaCommit: Hashable, Sendable {
    /// What a change expects to find.
    public enum Expectation: Hashable, Sendable {
        /// Anything.
        case any
        /// A key that was never written, or whose tombstone was collected.
        case absent
        /// A row, live or deleted, of exactly this version.
        case version(Version)
    }

    /// One change of one key.
    public struct Change: Hashable, Sendable {
        /// The key.
        public var key: Key
        /// What must stand there.
        public var expected: Expectation
        /// What is done.
        public var effect: Effect

        /// Creates a change.
        public init(key: Key, expected: Expectation, effect: Effect) {
            self.key = key
            self.expected = expected
            self.effect = effect
        }
    }

    /// What a change does.
    public enum Effect: Hashable, Sendable {
        /// Stores an item.
        case put(Item)
        /// Leaves a tombstone, even where nothing was.
        case delete
        /// Nothing; the expectation alone is checked.
        case none
    }

    /// The changes; their keys differ.
    public var changes: [Change]
    /// A digest of the logical request, so that an id used for another one is noticed.
    public var digest: UInt64

    /// Creates a commit.
    public init(changes: [Change], digest: UInt64) {
        self.changes = changes
        self.digest = digest
    }

    /// Refuses an operation for good: nothing is changed, and a commit with the same id that arrives later does nothing.
    ///
    /// Where the operation was already done, the answer is ``CommitOutcome/repeated(_:)``, else
    /// ``CommitOutcome/refused``.
    public static func refusal(digest: UInt64) -> ReplicaCommit {
        ReplicaCommit(changes: [], digest: digest)
    }

    /// Whether this is a refusal.
    public var isRefusal: Bool {
        self.changes.isEmpty
    }
}
