/// Runs a body with a running store and shuts the store down afterwards, whatever happens.
///
/// - Parameters:
///   - store: The store; it must not have been run yet.
///   - drain: How long the shutdown waits for operations under way.
///   - body: What to do with it. Cancelling the calling task cancels it.
/// - Returns: What the body returns.
/// - Throws: What the body throws, or the error of a service that failed meanwhile.
public func withMultiRegionStore<Value: Sendable>(
    _ store: MultiRegionStore,
    drain: Duration = .seconds(5),
    _ body: @Sendable @escaping (MultiRegionStore) async throws -> Value
) async throws -> Value {
    let result: Result<Value, any Error>
    do {
        result = .success(
            try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    try await store.run()
                    return nil
                }
                group.addTask { try await body(store) }
                defer { group.cancelAll() }
                while let finished = try await group.next() {
                    if let value = finished { return value }
                }
                throw CancellationError()
            }
        )
    } catch {
        result = .failure(error)
    }
    await store.shutdown(drain: drain)
    return try result.get()
}
