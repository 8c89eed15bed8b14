/// A result, and where it came from.
///
/// Members of the value are reached directly: `answer.item`.
@dynamicMemberLookup
public struct Routed<Value: Sendable>: Sendable {
    /// The result.
    public var value: Value
    /// The region that gave it.
    public var region: Region
    /// The operation's id, for a write.
    public var operation: OperationID?
    /// How long the successful attempt took.
    public var duration: Duration
    /// The attempts that failed before it.
    public var failures: [Attempt]
    /// Whether the region was unhealthy and tried because nothing else was left.
    public var isPanic: Bool

    init(
        _ value: Value,
        region: Region,
        operation: OperationID?,
        duration: Duration,
        failures: [Attempt],
        isPanic: Bool
    ) {
        self.value = value
        self.region = region
        self.operation = operation
        self.duration = duration
        self.failures = failures
        self.isPanic = isPanic
    }

    /// Every attempt in order, the successful one last.
    public var attempts: [Attempt] {
        self.failures + [
            Attempt(
                region: self.region,
                failure: nil,
                code: nil,
                message: "",
                duration: self.duration,
                isPanic: self.isPanic
            )
        ]
    }

    /// A member of the value.
    public subscript<Member>(dynamicMember member: KeyPath<Value, Member>) -> Member {
        self.value[keyPath: member]
    }

    func replacingValue<Other: Sendable>(_ value: Other) -> Routed<Other> {
        Routed<Other>(
            value,
            region: self.region,
            operation: self.operation,
            duration: self.duration,
            failures: self.failures,
            isPanic: self.isPanic
        )
    }
}
