/// One attempt of an operation, as errors and results list it.
public struct Attempt: Hashable, Sendable {
    /// Where it was made.
    public var region: Region
    /// Its class of failure; nil for success.
    public var failure: FailureClass?
    /// What happened, for programs; nil for success.
    public var code: ErrorCode?
    /// What happened, for people; empty for success.
    public var message: String
    /// How long it took.
    public var duration: Duration
    /// Whether an unhealthy region was tried because nothing else was left.
    public var isPanic: Bool

    /// Describes an attempt.
    public init(
        region: Region,
        failure: FailureClass?,
        code: ErrorCode?,
        message: String,
        duration: Duration,
        isPanic: Bool = false
    ) {
        self.region = region
        self.failure = failure
        self.code = code
        self.message = message
        self.duration = duration
        self.isPanic = isPanic
    }

    init(_ region: Region, _ error: BackendError, _ duration: Duration, _ isPanic: Bool) {
        self.init(
            region: region,
            failure: error.failure,
            code: error.code,
            message: error.message,
            duration: duration,
            isPanic: isPanic
        )
    }
}

extension Attempt: CustomStringConvertible {
    /// Region, class, duration and cause on one line.
    public var description: String {
        let outcome = self.failure.map { "\($0.rawValue) (\(self.code?.name ?? "")): \(self.message)" } ?? "ok"
        let milliseconds = (self.duration.milliseconds * 1000).rounded() / 1000
        return "\(self.region) \(milliseconds) ms\(self.isPanic ? " panic" : "") \(outcome)"
    }
}
