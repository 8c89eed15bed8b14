extension ReplicatorEvent: CustomStringConvertible {
    /// What happened, on one line for a log: `us-west-2 to us-east-1: the link failed: …`.
    public var description: String {
        switch self {
        case .unreachable(let region, let error): "\(region) does not answer: \(error.message)"
        case .serving(let region): "\(region) answers and takes writes"
        case .lost(let region, .history): "\(region) lost writes it had handed out; it merges from its peers first"
        case .lost(let region, .everything): "\(region) is empty; it merges from its peers first"
        case .lost(let region, .leftOut): "\(region) was away for too long; it merges from its peers first"
        case .merged(let region, let peers):
            "\(region) has merged from \(peers.map(\.name).joined(separator: ", "))"
        case .waiting(let region): "\(region) waits: no peer to merge from can be reached"
        case .linkFailed(let source, let target, let error): "\(source) to \(target): failing: \(error.message)"
        case .linkRecovered(let source, let target): "\(source) to \(target): works again"
        case .leaseTaken(let source, let target): "\(source) to \(target): carried by this process from now on"
        case .leaseLost(let source, let target): "\(source) to \(target): no longer carried by this process"
        }
    }
}
