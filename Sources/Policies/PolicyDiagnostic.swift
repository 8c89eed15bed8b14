/// Something in a deployment that works, but probably not as it is meant.
public struct PolicyDiagnostic: Hashable, Sendable, CustomStringConvertible {
    /// What is told.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Traffic returns to a region before a probe could see it fail again.
        case hastyFailback
        /// Processes may write to different regions, so that conditional writes do not meet.
        case scatteredWrites
        /// A region is called slow at its usual latency.
        case lowLatencyThreshold
        /// Operations have one region, or none, and so no failover.
        case noFailover
        /// An attempt may take the whole of an operation's time.
        case longAttempts
    }

    /// What is told.
    public var kind: Kind
    /// What is found, and what follows from it.
    public var message: String
    /// What to change.
    public var fix: String

    /// Creates a diagnostic.
    public init(_ kind: Kind, _ message: String, fix: String) {
        self.kind = kind
        self.message = message
        self.fix = fix
    }

    /// The message and the fix, in one line.
    public var description: String { "\(self.message); \(self.fix)" }
}
