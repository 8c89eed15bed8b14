/// A stretch of rows in key order.
public struct ReplicaRange: Hashable, Sendable {
    /// What is read.
    public enum Scope: Hashable, Sendable {
        /// The whole table.
        case table
        /// One partition of the table.
        case partition(AttributeValue)
        /// One partition of an index.
        case index(String, AttributeValue)
    }

    /// What is read.
    public var scope: Scope
    /// A bound on the sort key; nil for all.
    public var sort: Query.SortCondition?
    /// The order: false is ascending.
    public var descending: Bool
    /// Start after this position (key attributes as in ``PageToken``); nil for the beginning.
    public var after: PageToken?
    /// The read's consistency.
    public var consistency: ReadConsistency

    /// Describes a range.
    public init(
        _ scope: Scope,
        sort: Query.SortCondition? = nil,
        descending: Bool = false,
        after: PageToken? = nil,
        consistency: ReadConsistency = .eventual
    ) {
        self.scope = scope
        self.sort = sort
        self.descending = descending
        self.after = after
        self.consistency = consistency
    }
}
