/// What became of a write whose answer was lost.
public enum WriteOutcome: Hashable, Sendable {
    /// It was done, under this version; nil where the backend gives writes none.
    case applied(Version?)
    /// It was not done, and will not be.
    case notApplied
    /// Nobody can tell now: the region does not answer, or keeps nothing that would show it.
    case stillUnknown
}
