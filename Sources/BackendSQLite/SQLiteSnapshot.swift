public import RegionKitCore
internal import Synchronization

/// One state of a region's file, read page by page in key order while others go on writing.
///
/// It reads on a connection of its own, so that it takes none of the readers' away. As long as it is open SQLite keeps
/// all that is written in the write-ahead log, which grows by that: do not keep a snapshot longer than it takes to read
/// it. One caller at a time gets a page; others wait.
public final class SQLiteSnapshot: Sendable {
    /// When it was taken, in milliseconds since 1970.
    public let wallMilliseconds: Int64
    /// About how many items it has; deleted ones may be among them.
    public let estimatedCount: Int

    private struct State {
        var reader: Reader?
        var last: EncodedKey?
    }

    private let store: SQLiteStore
    private let state: Mutex<State>

    /// Opens a connection and fixes what it sees.
    init(_ store: SQLiteStore, _ context: AttemptContext) throws(BackendError) {
        self.store = store
        self.wallMilliseconds = context.time.wallMilliseconds
        do throws(DatabaseFailure) {
            let reader = try Reader(store.readers.configuration)
            try reader.prepare(for: context, at: context.time.now)
            self.estimatedCount = try reader.beginSnapshot()
            self.state = Mutex(State(reader: reader))
        } catch {
            throw error.error(in: store.region)
        }
    }

    /// The next live items that had not expired when the snapshot was taken, in key order; none at the end.
    ///
    /// A page that could not be read may be asked for again.
    ///
    /// - Parameters:
    ///   - limit: How many at most. A page of large items, of more than 1 MiB together, has fewer.
    ///   - context: How long it may take.
    public func nextItems(limit: Int = 1000, in context: AttemptContext) async throws(BackendError) -> [Item] {
        try await self.store.admitRead(context)
        return try self.state.withLock { state throws(BackendError) in
            guard let reader = state.reader else { throw BackendError(.notSent, .closed, "The snapshot has ended.") }
            // What is read after a failure that ended the transaction would be of another moment.
            guard reader.connection.isInTransaction else {
                throw BackendError(.unavailable, .unavailable, "The snapshot was lost with an earlier failure.")
            }
            let now = try context.beginRead()
            do throws(DatabaseFailure) {
                try reader.prepare(for: context, at: now)
                let page = try reader.items(after: state.last, limit, notExpiredAt: self.wallMilliseconds, context)
                state.last = page.last
                return page.items
            } catch {
                throw error.error(in: self.store.region)
            }
        }
    }

    /// Lets go of the state and closes the connection.
    func close() {
        self.state.withLock { $0.reader = nil }
    }
}
