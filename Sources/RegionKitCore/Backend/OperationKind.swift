/// The two kinds of operations that health, routing and failover tell apart.
public enum OperationKind: String, Hashable, Sendable, CaseIterable, Codable {
    /// Changes nothing.
    case read
    /// Changes items.
    case write
}
