/// How fresh a read must be within the region that answers it.
public enum ReadConsistency: Hashable, Sendable {
    /// Any recent state; the cheaper and the default.
    case eventual
    /// The region's latest acknowledged state. Other regions may have newer writes that have not arrived.
    case consistent
}
