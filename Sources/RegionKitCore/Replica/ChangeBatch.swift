/// What a region's log holds after a cursor.
public enum ChangeBatch: Hashable, Sendable {
    /// Entries in order and the cursor after the last. Empty when there is nothing new.
    case entries([ReplicaRow], ReplicaCursor)
    /// The log no longer reaches back to the cursor, or the cursor belongs to an earlier incarnation: a full merge is
    /// needed, after which the reader stands at the given head.
    case gap(ReplicaCursor)
    /// The cursor lies beyond the log's end or belongs to a later incarnation, or the entry there has another version:
    /// this region lost what it had already handed out and must begin a new incarnation.
    case diverged
}
