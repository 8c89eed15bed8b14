public import RegionKitCore

/// A fault that a ``FaultPlan`` injects: which one, into which calls, how often and when.
public struct FaultRule: Sendable {
    /// What happens to a call.
    public enum Fault: Hashable, Sendable {
        /// The region is not reached: `notSent`.
        case notSent
        /// No answer, and nothing was done: `unknownOutcome`.
        case unknownBeforeCommit
        /// No answer, although it was done: `unknownOutcome`.
        case unknownAfterCommit
        /// The region says that it cannot: `unavailable`.
        case unavailable
        /// The region takes no writes: `readOnly` for writes, nothing for others.
        case readOnly
        /// The region asks for fewer requests: `throttled`.
        case throttled
        /// It is done after a time on the context's clock.
        case slow(Duration)
        /// No answer at all before the task is cancelled, and nothing was done; deadlines are ignored.
        case hang
        /// It is done, and the answer is one that does not belong to the request.
        case corrupt
    }

    /// Which calls a rule is about.
    public enum Target: Hashable, Sendable {
        /// All.
        case any
        /// Operations that change nothing.
        case reads
        /// Operations that change items.
        case writes
        /// Health checks.
        case probes
        /// Operations by name, as ``BackendRequest/name`` gives it.
        case operation(String)
    }

    /// What happens.
    public var fault: Fault
    /// To which calls.
    public var target: Target
    /// In which region; nil for all.
    public var region: Region?
    /// How likely it is for each such call, 0 to 1.
    public var probability: Double
    /// How often it happens at most; nil for no end.
    public var count: Int?
    /// When, counted on the context's clock from the plan's first call; nil for always.
    public var window: Range<Duration>?

    /// Creates a rule.
    public init(
        _ fault: Fault,
        on target: Target = .any,
        in region: Region? = nil,
        probability: Double = 1,
        count: Int? = nil,
        during window: Range<Duration>? = nil
    ) {
        self.fault = fault
        self.target = target
        self.region = region
        self.probability = probability
        self.count = count
        self.window = window
    }

    func concerns(_ request: BackendRequest?, in region: Region) -> Bool {
        guard self.region ?? region == region else { return false }
        switch self.target {
        case .any: return true
        case .reads: return request?.kind == .read
        case .writes: return request?.kind == .write
        case .probes: return request == nil
        case .operation(let name): return request.map { "\($0.name)" == name } ?? false
        }
    }
}
