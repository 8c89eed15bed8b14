internal import RegionKitCore

/// What a run does to its regions, and what must hold after it.
struct Plan {
    /// When a server syncs its append-only file: `always` or `everysec`.
    var appendfsync = "always"
    /// How many milliseconds longer the servers' disks take to sync.
    ///
    /// With `everysec` a server that is killed then loses what it acknowledged meanwhile, and its region must notice.
    var sync = 0
    var kills = 8
    var stops = 4
    var cuts = 4
    /// The longest stop and, up to ten seconds, the longest cut; the shortest is one second.
    var longest = 2.0
    /// How many seconds regions may take to converge when writes and faults are over; the ways between them add no lag.
    var limit = 60.0
    /// From which all faults are drawn.
    var seed = UInt64.random(in: 0 ... .max)

    /// Reads `--name value` pairs; nil for others.
    init?(_ arguments: [String]) {
        guard arguments.count.isMultiple(of: 2) else { return nil }
        for place in stride(from: 0, to: arguments.count, by: 2) {
            let (name, value) = (arguments[place], arguments[place + 1])
            switch name {
            case "--appendfsync" where ["always", "everysec"].contains(value): self.appendfsync = value
            case "--sync": self.sync = Int(value) ?? -1
            case "--kills": self.kills = Int(value) ?? -1
            case "--stops": self.stops = Int(value) ?? -1
            case "--cuts": self.cuts = Int(value) ?? -1
            case "--longest": self.longest = Double(value) ?? -1
            case "--limit": self.limit = Double(value) ?? -1
            case "--seed": self.seed = UInt64(value) ?? 0
            default: return nil
            }
        }
        let counts = [self.sync, self.kills, self.stops, self.cuts]
        guard counts.allSatisfy({ $0 >= 0 }), self.longest >= 1, self.limit > 0 else { return nil }
    }

    /// Whether a server that is killed keeps every write that it acknowledged.
    var isDurable: Bool { self.appendfsync == "always" }
}
