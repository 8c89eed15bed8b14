public import RegionKitCore

/// What is known of a table in one region.
public enum TableState: Sendable {
    /// It is there.
    case exists(TableDescription)
    /// The region answered that it has no such table.
    case missing
    /// The region could not be reached, or the caller may not ask.
    case unknown(RegionError)

    /// The description, where there is one.
    public var description: TableDescription? {
        guard case .exists(let description) = self else { return nil }
        return description
    }
}
