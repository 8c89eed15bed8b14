/// Foreign rows to be applied in one transaction.
public struct ReplicaApplication: Hashable, Sendable {
    /// Whose rows they are.
    public var peer: Region
    /// The rows, in the order of the peer's log.
    public var rows: [ReplicaRow]
    /// Where the cursor for the peer must stand, ``ReplicaCursor/start`` when there is none; nil leaves the cursor
    /// alone (a full merge's pages).
    public var from: ReplicaCursor?
    /// Where it moves to; ``ReplicaCursor/start`` forgets it.
    public var to: ReplicaCursor
    /// How far ahead of wall time a version may lie. [60 s]
    public var maximumDrift: Duration
    /// Remove local rows with these keys altogether, but only those whose version is at most the bound: the peer
    /// collected their tombstones.
    public var purge: [Key]
    /// The bound for `purge`: the peer's ``ReplicaStatus/collectionFloor``.
    ///
    /// The region's own rises to it.
    public var purgeBound: Version?

    /// Creates an application.
    public init(
        peer: Region,
        rows: [ReplicaRow],
        from: ReplicaCursor?,
        to: ReplicaCursor,
        maximumDrift: Duration = .seconds(60),
        purge: [Key] = [],
        purgeBound: Version? = nil
    ) {
        self.peer = peer
        self.rows = rows
        self.from = from
        self.to = to
        self.maximumDrift = maximumDrift
        self.purge = purge
        self.purgeBound = purgeBound
    }
}
