/// Where a page of a query or scan ended: the keys of the last item examined.
///
/// It holds attribute values alone, so the next page may come from another region. A token that went to a client and
/// came back, as JSON, is checked like any other argument; the client sees the keys in it.
public struct PageToken: Hashable, Sendable, Codable {
    /// The primary key of the last item examined and, for an index query, its index key attributes.
    public var position: Item

    /// Creates a token from the last item's key attributes.
    public init(position: Item) {
        self.position = position
    }
}
