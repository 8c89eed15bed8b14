/// How a region answered a ``ReplicaCommit``.
public enum CommitOutcome: Hashable, Sendable {
    /// Done now: all changes bear this version.
    case committed(Version)
    /// Done before, by an attempt with the same id, under this version; nothing was done now.
    case repeated(Version)
    /// An expectation did not hold; nothing was done, and nothing is remembered.
    case superseded
    /// An attempt with the same id was refused, by this commit or before, and the refusal stands.
    case refused
}
