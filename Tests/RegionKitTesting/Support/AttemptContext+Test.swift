package import RegionKitCore

extension AttemptContext {
    /// A context with a new operation id and time enough for a busy machine.
    package static func test(
        _ time: any TimeSource = SystemTime(),
        within duration: Duration = .seconds(300),
        operation: OperationID? = nil,
        clockFloor: HybridTimestamp? = nil
    ) -> AttemptContext {
        var generator = SystemRandomNumberGenerator()
        return AttemptContext(
            deadline: time.now.advanced(by: duration),
            operation: operation ?? .random(using: &generator),
            clockFloor: clockFloor,
            time: time
        )
    }
}
