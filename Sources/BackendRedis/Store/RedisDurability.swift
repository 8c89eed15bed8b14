/// What a Redis server keeps when it or its machine dies, by its own settings: the recovery point of its region.
///
/// With several regions a change that reached another one survives in any case: a region that lost changes is noticed
/// and merged from its peers.
public enum RedisDurability: String, Hashable, Sendable, CaseIterable {
    /// `appendonly yes`, `appendfsync always`: an acknowledged write survives a power failure.
    case always
    /// `appendfsync everysec`: a power failure takes the writes of the last second, two at worst; so does the death of the
    /// process while the disk takes that long to sync.
    case everySecond
    /// `appendfsync no`: a power failure takes what the system had not yet written, on Linux some 30 s.
    case systemDecides
    /// `appendonly yes`; how often the file is synced could not be seen, since the user may not run `CONFIG GET`.
    case appendOnly
    /// Snapshots alone: the death of the process takes the writes since the last one.
    case snapshots
    /// Nothing: a restart begins empty, and the region is merged from its peers.
    case none
    /// No append-only file; whether there are snapshots could not be seen, since the user may not run `CONFIG GET`.
    case unknown

    /// What is lost, as a sentence.
    public var recoveryPoint: String {
        switch self {
        case .always: "Nothing that was acknowledged is lost in a power failure."
        case .everySecond: "A power failure loses the writes of the last one or two seconds."
        case .systemDecides: "A power failure loses the writes that the system had not written, some 30 s on Linux."
        case .appendOnly:
            "The server appends its writes to a file; how often it syncs it could not be seen (CONFIG GET is refused)."
        case .snapshots: "The writes since the last snapshot are lost when the process dies."
        case .none: "Everything is lost when the process dies."
        case .unknown:
            "The server has no append-only file; whether it takes snapshots could not be seen (CONFIG GET is refused)."
        }
    }

    /// Reads the settings; those that could not be seen are missing.
    init(appendsOnly: Bool, appendfsync: String?, save: String?) {
        switch (appendsOnly, appendfsync, save) {
        case (true, "always", _): self = .always
        case (true, "everysec", _): self = .everySecond
        case (true, "no", _): self = .systemDecides
        case (true, _, _): self = .appendOnly
        case (false, _, ""): self = .none
        case (false, _, nil): self = .unknown
        case (false, _, _): self = .snapshots
        }
    }
}
