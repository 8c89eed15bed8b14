internal import RegionKitCore

/// What a Redis server says that it is, as the command `ROLE` tells it.
///
/// Reference: <https://redis.io/docs/latest/commands/role/>
public enum RedisRole: Hashable, Sendable {
    /// It takes writes, and replicas follow it: so many at present.
    case master(replicas: Int)
    /// It follows another server, and takes no writes.
    ///
    /// `master` is where that one is, as the replica reaches it, which need not be as its clients do; `isConnected` tells
    /// whether all is well between the two.
    case replica(master: String, isConnected: Bool)
    /// It is a Sentinel, and holds no data.
    case sentinel

    /// Whether it takes writes.
    public var isMaster: Bool {
        if case .master = self { true } else { false }
    }

    /// How many servers follow it.
    var replicas: Int {
        if case .master(let replicas) = self { replicas } else { 0 }
    }

    /// Reads the answer of `ROLE`, strictly: nil for anything of another form.
    init?(_ reply: RedisValue) {
        guard let parts = reply.elements else { return nil }
        switch parts.first?.text {
        case "master":
            guard parts.count == 3, parts[1].number(as: Int64.self) != nil, let replicas = parts[2].elements else {
                return nil
            }
            self = .master(replicas: replicas.count)
        case "slave":
            guard parts.count == 5, let host = parts[1].text, !host.isEmpty,
                let port = parts[2].number(as: Int.self), (0...65535).contains(port), let state = parts[3].text,
                parts[4].number(as: Int64.self) != nil
            else { return nil }
            let place = RedisError.printable(host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
            self = .replica(master: place, isConnected: state == "connected")
        case "sentinel":
            guard parts.count == 2, parts[1].elements != nil else { return nil }
            self = .sentinel
        default: return nil
        }
    }
}

extension RedisRole: CustomStringConvertible {
    /// The role in words.
    public var description: String {
        switch self {
        case .master(let replicas): "the master, followed by \(replicas) \(replicas == 1 ? "replica" : "replicas")"
        case .replica(let master, true): "a replica of \(master)"
        case .replica(let master, false): "a replica of \(master), without a connection to it"
        case .sentinel: "a Sentinel"
        }
    }
}
