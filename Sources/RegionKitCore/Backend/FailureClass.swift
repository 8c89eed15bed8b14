/// What a failed attempt means for the operation and for the region: exactly one class for every error.
///
/// | class | region fault | a read goes | an unconditional write goes |
/// |---|---|---|---|
/// | `notSent` | yes | to the next region | to the next region |
/// | `unknownOutcome` | yes | to the next region | to the next region, with the same operation id |
/// | `unavailable` | yes | to the next region | to the next region |
/// | `readOnly` | of writes | – | to the next region |
/// | `throttled` | no | back off in place, then to the next region | back off in place |
/// | `conflict` | no | – | again in place |
/// | `overloaded` | no | to the next region | to the next region |
/// | `expired` | no | – | to the next region while there is time |
/// | `rejected` | no | fails | fails |
public enum FailureClass: String, Hashable, Sendable, CaseIterable, Codable {
    /// Nothing reached the region: name not resolved, connection refused or timed out, TLS failed.
    case notSent
    /// The request, or a part of it, was sent and no readable answer came. A write may have been done.
    case unknownOutcome
    /// The region answered, or is known, not to have done it: loading, disk full before the commit, table missing.
    case unavailable
    /// The region takes no writes for now; reads work.
    case readOnly
    /// The region asks for fewer requests.
    case throttled
    /// Another writer was in the way; nothing was done.
    case conflict
    /// A limit of this process was reached: pool, queue or bulkhead full. The region was not asked.
    case overloaded
    /// The region refused the write because it arrived after its time.
    case expired
    /// The region works and says no: condition failed, invalid request, access denied.
    case rejected

    /// Whether the class counts against the health of the region for operations of `kind`.
    public func isFault(for kind: OperationKind) -> Bool {
        switch self {
        case .notSent, .unknownOutcome, .unavailable: true
        case .readOnly: kind == .write
        case .throttled, .conflict, .overloaded, .expired, .rejected: false
        }
    }

    /// Whether the class proves that the region works.
    public var provesHealth: Bool {
        self == .rejected || self == .conflict
    }
}
