/// What a command's exit code tells.
enum ExitCode: Int32, CaseIterable {
    case done = 0
    /// The answer is no: not found, a condition or a check failed, writes were lost.
    case no = 1
    /// Wrong usage or configuration.
    case usage = 2
    case noRegion = 3
    case outcomeUnknown = 4
    case interrupted = 130

    var meaning: String {
        switch self {
        case .done: "done"
        case .no: "the answer is no: not found, a condition or a check failed, writes lost"
        case .usage: "wrong usage or configuration"
        case .noRegion: "no region could serve"
        case .outcomeUnknown: "a write's outcome is unknown"
        case .interrupted: "interrupted"
        }
    }
}
