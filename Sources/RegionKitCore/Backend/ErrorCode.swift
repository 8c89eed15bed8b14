/// What went wrong, as a stable name for programs; new codes may be added.
public struct ErrorCode: Hashable, Sendable {
    /// The code's name in logs and in `regionctl --json`.
    public let name: String

    /// Makes a code of a backend's own.
    ///
    /// Prefer the codes below where one fits.
    public init(_ name: String) {
        self.name = name
    }

    /// A condition did not hold.
    public static let conditionFailed = ErrorCode("conditionFailed")
    /// The request breaks the schema, a limit or the rules of an expression.
    public static let validation = ErrorCode("validation")
    /// The backend cannot do this operation.
    public static let unsupported = ErrorCode("unsupported")
    /// The operation's time was over.
    public static let deadlineExceeded = ErrorCode("deadlineExceeded")
    /// A write may or may not have been done; see ``MultiRegionStore/resolve(_:options:)``.
    public static let outcomeUnknown = ErrorCode("outcomeUnknown")
    /// Fences leave no region that may be asked.
    public static let noEligibleRegion = ErrorCode("noEligibleRegion")
    /// The regions that were asked could not serve.
    public static let unavailable = ErrorCode("unavailable")
    /// The region takes no writes.
    public static let readOnly = ErrorCode("readOnly")
    /// The region asks for fewer requests.
    public static let throttled = ErrorCode("throttled")
    /// Another writer was in the way, until the attempts or the time were used up.
    public static let conflict = ErrorCode("conflict")
    /// A limit of this process was reached.
    public static let overloaded = ErrorCode("overloaded")
    /// The operation id was used before for another request.
    public static let idempotencyMismatch = ErrorCode("idempotencyMismatch")
    /// The caller may not do this.
    public static let accessDenied = ErrorCode("accessDenied")
    /// The calling task was cancelled.
    public static let cancelled = ErrorCode("cancelled")
    /// The store or backend was shut down.
    public static let closed = ErrorCode("closed")
    /// The backend answered something that its contract does not allow.
    public static let protocolViolation = ErrorCode("protocolViolation")
    /// Stored data cannot be read.
    public static let corrupt = ErrorCode("corrupt")
    /// The region's data must first be merged from its peers.
    public static let notReady = ErrorCode("notReady")
}

extension ErrorCode: CustomStringConvertible {
    /// The name.
    public var description: String { self.name }
}
