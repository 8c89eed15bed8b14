/// A plain store of versioned rows in one region: the plug-in point for stores without conditions, updates or indexes
/// of their own.
///
/// ``ReplicaBackend`` turns it into a full ``RegionBackend``; a ``Replicator`` carries changes between several.
/// An implementation keeps, durably and together:
/// - *rows*: one a key, live or deleted, each with its ``Version``;
/// - a *clock*: the highest ``HybridTimestamp`` it has stamped, applied or been told of;
/// - a *log* of the writes accepted here (not of applied ones), numbered 1, 2, 3, … without holes;
/// - *cursors*: how far the log of each peer has been applied here;
/// - *leases*: which replicator carries each peer's changes here, and until when;
/// - *operation ids* of the last ten minutes with their results;
/// - an *incarnation*: a number, not 0, that is drawn anew when the region has lost what it handed out, and is then
///   higher than all the region ever had: the milliseconds of wall time then × 65,536, and 16 random bits.
///
/// A new region takes no writes until ``markReady(_:in:)``, unless its maker says otherwise; everything but
/// ``commit(_:in:)`` works before.
///
/// Every method may be called any number of times at once; the order of effects is that of some serial execution.
/// Errors are classed as ``RegionBackend`` demands. All methods obey the context's deadline if
/// ``BackendCapabilities/honoursDeadlines`` is declared. Check one with `ReplicaStoreConformance`.
public protocol ReplicaStore: Sendable {
    /// The region whose rows these are.
    var region: Region { get }
    /// The table.
    var schema: TableSchema { get }
    /// What the store can do, as ``ReplicaBackend`` passes it on.
    var capabilities: BackendCapabilities { get }

    /// The row of a key, deleted ones included; nil when the key was never written.
    func load(
        _ key: Key,
        _ consistency: ReadConsistency,
        in context: AttemptContext
    ) async throws(BackendError) -> ReplicaRow?

    /// Live rows of one partition of the table or of an index, or of the whole table, in key order.
    ///
    /// Fewer than `limit` only at the end of the range. Items that have expired may be among them. Rows with equal
    /// keys of an index are ordered by primary key.
    func rows(
        in range: ReplicaRange,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [ReplicaRow]

    /// Does all changes of a commit in one transaction, or none.
    ///
    /// In this order: a region that is not ready throws `unavailable`, ``ErrorCode/notReady``; the operation id (seen
    /// with the same digest: its stored result is the answer, ``CommitOutcome/repeated(_:)`` or
    /// ``CommitOutcome/refused``; with another: `rejected`, ``ErrorCode/idempotencyMismatch``); a
    /// ``ReplicaCommit/refusal(digest:)`` stores its refusal under the id; every change's expected version (one
    /// differs: ``CommitOutcome/superseded``, and nothing is stored); the clock is advanced past wall time, its own
    /// last reading and ``AttemptContext/clockFloor`` and stamps all changes; rows, indexes, log and id are written;
    /// the deadline is checked once more (over: nothing is done, `expired`); the transaction commits.
    func commit(_ commit: ReplicaCommit, in context: AttemptContext) async throws(BackendError) -> CommitOutcome

    /// Identity, position and clock of this region.
    func status(in context: AttemptContext) async throws(BackendError) -> ReplicaStatus

    /// Entries of this region's log after a cursor, at most `limit`, in order.
    ///
    /// Only an empty batch means that there is nothing new; its cursor is the log's end, incarnation included. A cursor
    /// at ``ReplicaCursor/start`` is answered with entries if the log is complete, else with ``ChangeBatch/gap(_:)``;
    /// one of an earlier incarnation with a gap; one of a later incarnation with ``ChangeBatch/diverged``.
    func changes(
        after cursor: ReplicaCursor,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> ChangeBatch

    /// The versions of all rows, deleted ones included, after a key in an order of the store's own, at most `limit`.
    ///
    /// Fewer than `limit` only at the end. With the next two methods it tells a full merge what regions differ in.
    func versions(
        after key: Key?,
        limit: Int,
        in context: AttemptContext
    ) async throws(BackendError) -> [RowVersion]

    /// The versions of the keys' rows, deleted ones included; keys that were never written are left out.
    ///
    /// - Parameter keys: At most 1024.
    func versions(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [RowVersion]

    /// The keys' rows, deleted ones included, in the order of the keys; keys that were never written are left out.
    ///
    /// The latest state, as a consistent read has it. It may end early, after a row, so that the items have about a
    /// mebibyte together.
    ///
    /// - Parameter keys: At most 1024.
    func rows(of keys: [Key], in context: AttemptContext) async throws(BackendError) -> [ReplicaRow]

    /// Applies foreign rows: each replaces the local row if its version is higher, and advances the clock.
    ///
    /// One transaction with the cursor of `application.peer`, which moves only if it still stands at
    /// `application.from` (else nothing is done and `moved` is false). An equal version changes nothing. Applied rows
    /// enter the indexes, not the log. Rows more than ``ReplicaApplication/maximumDrift`` ahead of wall time are parked
    /// without touching the clock, and applied by a later call once they are due. A full parking table throws
    /// `unavailable`, ``ErrorCode/overloaded``, and nothing is done.
    func apply(
        _ application: ReplicaApplication,
        in context: AttemptContext
    ) async throws(BackendError) -> ApplicationOutcome

    /// Takes or renews a replicator's leases: the right to carry the changes of peers into this region.
    ///
    /// Of the peers, those whose lease is free, over or the holder's own belong to the holder from now on, for the
    /// duration; one that another holds is left alone. A duration of zero instead gives up those that the holder has. It
    /// must succeed in a cancelled task as well, since that is how a replicator ends. One transaction; a call that takes,
    /// renews and gives up nothing writes nothing.
    ///
    /// A lease lies between two readings of the region's wall clock: when it was taken or last renewed, and its end.
    /// Before the first it is over too, so that one taken before the clock was set back blocks nobody.
    ///
    /// Leases save work, and nothing depends on them: changes stay right by ``apply(_:in:)``'s cursors alone, whether a
    /// lease is forgotten, ignored or granted twice. They need not survive a restart.
    ///
    /// - Parameters:
    ///   - holder: Who asks; each replicator draws a number.
    ///   - duration: How long the leases last, or zero.
    /// - Returns: Those of the peers whose lease the holder has now; none after giving up.
    func lease(
        _ peers: Set<Region>,
        to holder: UInt64,
        for duration: Duration,
        in context: AttemptContext
    ) async throws(BackendError) -> Set<Region>

    /// Draws a new incarnation that takes no writes until ``markReady(_:in:)``, if the present one is `incarnation`;
    /// else does nothing.
    ///
    /// Cursors, parked rows and the log's entries are forgotten; the log's numbering goes on. Rows, clock, ids and
    /// the collection floor stay.
    func beginIncarnation(replacing incarnation: UInt64, in context: AttemptContext) async throws(BackendError)

    /// Lets the region take writes, if it still is in the incarnation given; else does nothing.
    func markReady(_ incarnation: UInt64, in context: AttemptContext) async throws(BackendError)

    /// Removes log entries, tombstones and ids that nobody needs any more; see ``ReplicaCollection``.
    ///
    /// The region's collection floor rises to ``ReplicaCollection/floor``, whether a tombstone was there or not.
    func collect(_ collection: ReplicaCollection, in context: AttemptContext) async throws(BackendError)

    /// Shows that the region works by a real read.
    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport

    /// Frees all resources; calls after it throw `notSent`, ``ErrorCode/closed``. Calling it again does nothing.
    func shutdown() async
}
