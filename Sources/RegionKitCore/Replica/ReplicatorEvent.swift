/// Something about replication that an operator may want to know; reported when it begins, not while it lasts.
public enum ReplicatorEvent: Sendable {
    /// Why a region must merge from its peers before it takes writes.
    public enum Loss: String, Hashable, Sendable {
        /// Its log ends before, or differs from, what it had already handed out: restored from a copy.
        case history
        /// It is empty, and its peers are not: new, or wiped.
        case everything
        /// Its peers collected changes that it never applied: it was away for too long.
        case leftOut
    }

    /// A region does not answer.
    case unreachable(Region, BackendError)
    /// A region answers and takes writes.
    case serving(Region)
    /// A region takes no writes until it has merged from its peers.
    case lost(Region, Loss)
    /// A region has taken over everything its peers have.
    case merged(Region, from: [Region])
    /// A region waits: no ready peer can be reached. ``Replicator/adopt(_:)`` ends this by hand.
    case waiting(Region)
    /// A link stopped working.
    case linkFailed(from: Region, to: Region, BackendError)
    /// A link works again.
    case linkRecovered(from: Region, to: Region)
    /// This replicator holds a link's lease and carries its changes from now on.
    case leaseTaken(from: Region, to: Region)
    /// This replicator holds a link's lease no more: another one has it, it could not be renewed in time, or
    /// ``Replicator/run()`` ends.
    case leaseLost(from: Region, to: Region)
}
