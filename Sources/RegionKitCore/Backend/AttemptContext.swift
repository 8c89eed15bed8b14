/// What one attempt may know and must obey.
public struct AttemptContext: Sendable {
    /// When the attempt must be over.
    public var deadline: MonotonicInstant
    /// The identity of the logical operation: the same in all its attempts.
    public var operation: OperationID
    /// Whether an earlier attempt of this operation may have been done in this region.
    ///
    /// A store that removes duplicates then remembers a refusal too, so that the earlier attempt cannot land after it.
    public var mayHaveRun: Bool
    /// A clock reading that the region must have passed before it stamps this write: the highest stamp that an earlier
    /// attempt in another region can have got.
    public var clockFloor: HybridTimestamp?
    /// The clock that ``deadline`` is measured on.
    public var time: any TimeSource

    /// Creates a context.
    public init(
        deadline: MonotonicInstant,
        operation: OperationID,
        mayHaveRun: Bool = false,
        clockFloor: HybridTimestamp? = nil,
        time: any TimeSource
    ) {
        self.deadline = deadline
        self.operation = operation
        self.mayHaveRun = mayHaveRun
        self.clockFloor = clockFloor
        self.time = time
    }
}
