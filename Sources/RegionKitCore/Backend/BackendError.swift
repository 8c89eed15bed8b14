/// Why one attempt in one region failed.
public struct BackendError: Error, Sendable {
    /// What the failure means for the operation and the region.
    public var failure: FailureClass
    /// What exactly happened, for programs.
    public var code: ErrorCode
    /// What exactly happened, for people; never a credential or an item's value.
    public var message: String
    /// For a write that ended ``FailureClass/unknownOutcome``: the highest clock reading the region can have stamped
    /// it with, if the backend knows.
    public var clockCeiling: HybridTimestamp?
    /// For a failed condition: the stored item, where the backend knows it.
    public var storedItem: Item?
    /// How long the region asks to be left alone, where it says so; a repetition there waits for it.
    public var retryAfter: Duration?
    /// For a write, where one region at a time takes all writes: that region, if the backend knows that it is another
    /// one now.
    ///
    /// The write is tried there next, and all writes go there from now on, unless a fence keeps them out.
    public var writer: Region?

    /// Creates an error.
    public init(
        _ failure: FailureClass,
        _ code: ErrorCode,
        _ message: String,
        clockCeiling: HybridTimestamp? = nil,
        storedItem: Item? = nil,
        retryAfter: Duration? = nil,
        writer: Region? = nil
    ) {
        self.failure = failure
        self.code = code
        self.message = message
        self.clockCeiling = clockCeiling
        self.storedItem = storedItem
        self.retryAfter = retryAfter
        self.writer = writer
    }
}

extension BackendError: CustomStringConvertible {
    /// Class, code and message.
    public var description: String {
        "\(self.failure.rawValue) (\(self.code)): \(self.message)"
    }
}

extension BackendError {
    /// A request that can be done nowhere: `rejected`, ``ErrorCode/validation``.
    public init(_ error: ValidationError) {
        self.init(.rejected, .validation, error.message)
    }
}
