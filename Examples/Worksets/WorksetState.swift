/// Where a workset stands in its life.
///
/// A table that other clients write too may hold further states; they are kept as they are and have no legal
/// transition, see ``isLegal(to:)``.
public struct WorksetState: RawRepresentable, Hashable, Sendable {
    /// The state as it is stored.
    public let rawValue: String

    /// Names a state.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Waiting to be taken.
    public static let ready = WorksetState(rawValue: "ready")
    /// Set aside by hand; locks need no state, they are attributes of their own.
    public static let locked = WorksetState(rawValue: "locked")
    /// Being processed.
    public static let inProgress = WorksetState(rawValue: "in_progress")
    /// Done.
    public static let complete = WorksetState(rawValue: "complete")
    /// Stopped by an error; somebody or something must decide.
    public static let error = WorksetState(rawValue: "error")
    /// Not to be processed.
    public static let ignored = WorksetState(rawValue: "ignored")
    /// Waiting for another try.
    public static let retrying = WorksetState(rawValue: "retrying")
    /// Given up after its retries.
    public static let failed = WorksetState(rawValue: "failed")
    /// Its files were moved to an archive.
    public static let archived = WorksetState(rawValue: "archived")
    /// Its files were deleted; the record stays.
    public static let deleted = WorksetState(rawValue: "deleted")
}

extension WorksetState: CaseIterable {
    /// The ten states of this library.
    public static let allCases: [WorksetState] = [
        .ready, .locked, .inProgress, .complete, .error, .ignored, .retrying, .failed, .archived, .deleted,
    ]
}

extension WorksetState: CustomStringConvertible {
    /// The state as it is stored.
    public var description: String { self.rawValue }
}
