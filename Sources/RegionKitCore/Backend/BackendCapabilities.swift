/// What a backend can do; where backends differ, they say so here and the engine and the conformance suite obey.
public struct BackendCapabilities: Hashable, Sendable {
    /// `perform` and `probe` return by the context's deadline + 50 ms by themselves.
    public var honoursDeadlines: Bool
    /// A write repeated with the same ``OperationID`` in the same region is done once, for at least ten minutes.
    public var deduplicatesWrites: Bool
    /// A write that reaches the store after its attempt's deadline is refused there.
    public var refusesLateWrites: Bool
    /// Writes answer with ``Version``s that order them across regions.
    public var versionsWrites: Bool
    /// `transact` is supported.
    public var transactions: Bool
    /// The probe shows that writes work too, not only reads.
    public var probesWrites: Bool

    /// Declares capabilities; each is false unless it is given.
    public init(
        honoursDeadlines: Bool = false,
        deduplicatesWrites: Bool = false,
        refusesLateWrites: Bool = false,
        versionsWrites: Bool = false,
        transactions: Bool = false,
        probesWrites: Bool = false
    ) {
        self.honoursDeadlines = honoursDeadlines
        self.deduplicatesWrites = deduplicatesWrites
        self.refusesLateWrites = refusesLateWrites
        self.versionsWrites = versionsWrites
        self.transactions = transactions
        self.probesWrites = probesWrites
    }
}
