import RegionKitCore

extension AttemptContext {
    /// A context with a new operation id and ten seconds of time.
    static func test(
        _ time: any TimeSource = SystemTime(),
        within duration: Duration = .seconds(10),
        operation: OperationID? = nil
    ) -> AttemptContext {
        var generator = SystemRandomNumberGenerator()
        return AttemptContext(
            deadline: time.now.advanced(by: duration),
            operation: operation ?? .random(using: &generator),
            time: time
        )
    }
}
