/// How a region answered a ``ReplicaCommit``.
public enum CommitOutcome: Hashable, Sendable {
    /// Done, now or by an earlier attempt with the same id: all changes bear this version.
    case committed(Version)
    /// An expectation did not hold; nothing was done.
    case superseded
    /// An earlier attempt with the same id was refused, and the refusal stands.
    case refused
}
