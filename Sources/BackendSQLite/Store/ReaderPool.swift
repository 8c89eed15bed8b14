internal import Dispatch
internal import RegionKitCore
internal import Synchronization

/// The connections that read: each read takes a free one, and is done where its caller runs.
///
/// A read takes some microseconds, less than a hop to another thread.
final class ReaderPool: Sendable {
    private final class Slot: Sendable {
        let reader = Mutex<Reader?>(nil)
    }

    let configuration: SQLiteStore.Configuration
    private let slots: [Slot]
    private let isClosed = Atomic(false)
    private let threads: DispatchQueue?

    init(_ configuration: SQLiteStore.Configuration) {
        self.configuration = configuration
        self.slots = (0..<configuration.readers).map { _ in Slot() }
        self.threads =
            configuration.readsOnCallersThread
            ? nil : DispatchQueue(label: "RegionKit.SQLite.reads", attributes: .concurrent)
    }

    /// Reads with the first free connection.
    func read<Value: Sendable>(
        _ context: AttemptContext,
        _ body: @escaping @Sendable (Reader) throws(DatabaseFailure) -> Value
    ) async throws(BackendError) -> Value {
        guard let threads = self.threads else { return try self.readHere(context, body) }
        let result: Result<Value, BackendError> = await withCheckedContinuation { continuation in
            threads.async {
                let result: Result<Value, BackendError>
                do throws(BackendError) {
                    result = .success(try self.readHere(context, body))
                } catch {
                    result = .failure(error)
                }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    private func readHere<Value: Sendable>(
        _ context: AttemptContext,
        _ body: (Reader) throws(DatabaseFailure) -> Value
    ) throws(BackendError) -> Value {
        let now = try context.beginRead()
        for slot in self.slots {
            let result: Result<Value, BackendError>? = slot.reader.withLockIfAvailable { free in
                guard !self.isClosed.load(ordering: .acquiring) else { return .failure(.closed) }
                do throws(DatabaseFailure) {
                    let reader: Reader
                    if let free { reader = free } else { reader = try Reader(self.configuration) }
                    free = reader
                    try reader.prepare(for: context, at: now)
                    return .success(try body(reader))
                } catch {
                    // A connection is not used again after anything but a lock or the time was in its way.
                    if ![.busy, .interrupted].contains(error.code.primary) { free = nil }
                    return .failure(self.error(error))
                }
            }
            if let result { return try result.get() }
        }
        throw BackendError(
            .overloaded,
            .overloaded,
            "All \(self.slots.count) connections for reads of region \(self.configuration.region) are in use."
        )
    }

    private func error(_ failure: DatabaseFailure) -> BackendError {
        guard failure.code.primary == .interrupted, Task.isCancelled else {
            return failure.error(in: self.configuration.region)
        }
        return BackendError(.notSent, .cancelled, "The read was cancelled.")
    }

    /// Waits for the reads under way and closes the connections.
    func close() {
        self.isClosed.store(true, ordering: .releasing)
        for slot in self.slots {
            slot.reader.withLock { $0 = nil }
        }
    }
}

extension AttemptContext {
    /// The time; an error when the attempt's is over.
    func beginRead() throws(BackendError) -> MonotonicInstant {
        let now = self.time.now
        guard now < self.deadline else {
            // The caller's time, not the region, was at fault.
            throw BackendError(.expired, .deadlineExceeded, "The time was over before the read began.")
        }
        return now
    }
}
