/// What a policy may know of the operation it routes.
public struct RoutingRequest: Sendable {
    /// Whether it reads or writes.
    public var kind: OperationKind
    /// The table's name.
    public var table: String
    /// The partition key's value, for operations on one key or partition.
    public var partition: AttributeValue?
    /// The consistency asked for; nil for writes.
    public var consistency: ReadConsistency?
    /// What the caller wants kept together, for example a user or session; nil when it did not say.
    public var affinity: String?
    /// Where reads with this affinity went before, as a position in the snapshot; nil when the store does not remember.
    public var home: Int?
    /// 64 random bits, fresh for each operation: a policy's only source of randomness.
    public var random: UInt64

    /// Describes a request.
    public init(
        kind: OperationKind,
        table: String,
        partition: AttributeValue? = nil,
        consistency: ReadConsistency? = nil,
        affinity: String? = nil,
        home: Int? = nil,
        random: UInt64 = 0
    ) {
        self.kind = kind
        self.table = table
        self.partition = partition
        self.consistency = consistency
        self.affinity = affinity
        self.home = home
        self.random = random
    }
}
