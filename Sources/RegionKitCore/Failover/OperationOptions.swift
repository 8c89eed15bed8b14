/// What a caller may ask of one operation beyond its arguments.
public struct OperationOptions: Sendable, Hashable {
    /// The longest the operation may take; nil for the store's ``StoreConfiguration/deadline``.
    public var deadline: Duration?
    /// What is kept together while traffic returns to a region, and by sticky policies: a user, a session.
    public var affinity: String?
    /// The regions that may see the operation; nil for all.
    ///
    /// No attempt leaves this set.
    public var allowed: Set<Region>?

    /// Creates options; what is not given is the store's default.
    public init(deadline: Duration? = nil, affinity: String? = nil, allowed: Set<Region>? = nil) {
        self.deadline = deadline
        self.affinity = affinity
        self.allowed = allowed
    }
}
