/// A write whose caller was told that its outcome is unknown, as far as a region needs it to find out.
public struct UnresolvedWrite: Hashable, Sendable {
    /// The keys that it changes.
    public var keys: [Key]
    /// Whether it is done as a whole or not at all.
    public var isAtomic: Bool
    /// A digest of what it writes; see ``ReplicaCommit/digest``.
    public var digest: UInt64
    /// When it began.
    public var began: MonotonicInstant
    /// When it began by the wall's clock, in milliseconds since 1970-01-01T00:00:00Z.
    public var beganMilliseconds: Int64

    /// Notes a write that began at a moment, now by default; nil for a read.
    public init?(
        _ request: BackendRequest,
        in schema: TableSchema,
        began: MonotonicInstant? = nil,
        time: any TimeSource
    ) {
        let writes: [Write]
        switch request {
        case .write(let write): writes = [write]
        case .batchWrite(let several), .transact(let several): writes = several
        case .get, .batchGet, .query, .scan, .resolve: return nil
        }
        self.keys = writes.filter(\.isChange).compactMap { try? $0.key(in: schema) }
        self.isAtomic = if case .batchWrite = request { false } else { true }
        self.digest = RequestDigest(of: writes).value
        let (now, wall) = (time.now, time.wallMilliseconds)
        self.began = began ?? now
        self.beganMilliseconds = wall - self.began.duration(to: now).wholeNanoseconds / 1_000_000
    }
}
