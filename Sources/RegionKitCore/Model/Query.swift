/// The items of one partition, of the table or of an index, in the order of the sort key.
public struct Query: Hashable, Sendable {
    /// A bound on the sort key.
    public enum SortCondition: Hashable, Sendable {
        /// Equal to the value.
        case equal(AttributeValue)
        /// Less than the value.
        case less(AttributeValue)
        /// At most the value.
        case lessOrEqual(AttributeValue)
        /// Greater than the value.
        case greater(AttributeValue)
        /// At least the value.
        case greaterOrEqual(AttributeValue)
        /// Between two values, both included.
        case between(AttributeValue, AttributeValue)
        /// Begins with the value (`S` or `B`).
        case beginsWith(AttributeValue)
    }

    /// The partition key's value.
    public var partition: AttributeValue
    /// A bound on the sort key, if any.
    public var sort: SortCondition?
    /// The index to ask; nil for the table itself.
    public var index: String?
    /// Whether the order is reversed.
    public var descending: Bool
    /// The most items to examine for a page; nil for as many as fit in 1 MB.
    public var limit: Int?
    /// Where the page before this one ended; nil for the first.
    public var next: PageToken?
    /// What an examined item must fulfil to be returned.
    ///
    /// Items left out still count against the limit.
    public var filter: Condition?
    /// The read's consistency; an index answers ``ReadConsistency/eventual`` only.
    public var consistency: ReadConsistency

    /// Describes a query.
    public init(
        _ partition: AttributeValue,
        sort: SortCondition? = nil,
        index: String? = nil,
        descending: Bool = false,
        limit: Int? = nil,
        next: PageToken? = nil,
        filter: Condition? = nil,
        consistency: ReadConsistency = .eventual
    ) {
        self.partition = partition
        self.sort = sort
        self.index = index
        self.descending = descending
        self.limit = limit
        self.next = next
        self.filter = filter
        self.consistency = consistency
    }
}
