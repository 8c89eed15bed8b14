extension ManualTime {
    /// Runs a body while the clock jumps to the time of each next sleeper, so that nobody sleeps for long.
    ///
    /// Timers that race with work, such as that of an attempt which is not trusted to keep its deadline, may win here
    /// although the work takes no time; use ``advance(by:)`` where that matters.
    public func flowing<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                while !Task.isCancelled {
                    self.advanceToNextSleeper()
                    await Task.yield()
                }
                return nil
            }
            defer { group.cancelAll() }
            while let finished = try await group.next() {
                if let value = finished { return value }
            }
            throw CancellationError()
        }
    }
}
