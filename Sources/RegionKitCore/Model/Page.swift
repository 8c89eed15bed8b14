/// One page of a query or scan.
public struct Page: Hashable, Sendable {
    /// The items that passed the filter, in order.
    public var items: [Item]
    /// Where to go on; nil when there is no more.
    ///
    /// A page may be empty and still have a successor.
    public var next: PageToken?

    /// Creates a page.
    public init(items: [Item], next: PageToken? = nil) {
        self.items = items
        self.next = next
    }
}
