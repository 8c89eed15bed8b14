/// All items of a table, page by page, in an order that is the backend's own.
public struct Scan: Hashable, Sendable {
    /// The most items to examine for a page; nil for as many as fit in 1 MB.
    public var limit: Int?
    /// Where the page before this one ended; nil for the first.
    public var next: PageToken?
    /// What an examined item must fulfil to be returned.
    public var filter: Condition?
    /// The read's consistency.
    public var consistency: ReadConsistency

    /// Describes a scan.
    public init(
        limit: Int? = nil,
        next: PageToken? = nil,
        filter: Condition? = nil,
        consistency: ReadConsistency = .eventual
    ) {
        self.limit = limit
        self.next = next
        self.filter = filter
        self.consistency = consistency
    }
}
