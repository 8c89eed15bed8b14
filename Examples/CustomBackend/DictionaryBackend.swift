import RegionKitCore
import Synchronization

/// A region in a dictionary, with all that a table can do.
final class DictionaryBackend: RegionBackend {
    let capabilities = BackendCapabilities(honoursDeadlines: true, transactions: true)
    private let schema: TableSchema
    /// The items; nil after the shutdown.
    private let items: Mutex<[Key: Item]?> = Mutex([:])

    init(_ schema: TableSchema) { self.schema = schema }

    func perform(_ request: BackendRequest, in context: AttemptContext) async throws(BackendError) -> BackendResponse {
        try self.items.withLock { items throws(BackendError) in
            guard let before = items else { throw BackendError(.unavailable, .closed, "The region was shut down.") }
            var table = Table(schema: self.schema, items: before, now: context.time.wallMilliseconds)
            do {
                let response = try table.answer(request)
                // Only now, so that a request whose second part fails leaves nothing behind.
                items = table.items
                return response
            } catch let error as ValidationError {
                throw BackendError(error)
            } catch {
                throw error as? BackendError ?? BackendError(.unavailable, .unavailable, "The region failed.")
            }
        }
    }

    func probe(in context: AttemptContext) async throws(BackendError) -> ProbeReport {
        guard self.items.withLock({ $0 != nil }) else {
            throw BackendError(.unavailable, .closed, "The region was shut down.")
        }
        return ProbeReport(writable: true)
    }

    func shutdown() async { self.items.withLock { $0 = nil } }
}
