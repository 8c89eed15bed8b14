/// Where the reads of each affinity went: its home, and its refuge while the home cannot take them.
///
/// A pure value of bounded size: what was not used for the longest time is forgotten in halves.
struct AffinityHomes: Sendable {
    struct Entry: Hashable, Sendable {
        var home: Int
        var refuge: Int?
    }

    static let capacity = 10_000

    private var recent: [UInt64: Entry] = [:]
    private var older: [UInt64: Entry] = [:]

    /// How many affinities are remembered.
    var count: Int { self.recent.count + self.older.keys.count { self.recent[$0] == nil } }

    subscript(affinity: UInt64) -> Entry? { self.recent[affinity] ?? self.older[affinity] }

    /// A read was served; the first region that serves is the home, and another one the refuge.
    ///
    /// - Parameter isTrial: Whether the region was unhealthy: a home that is on trial has not come back yet.
    mutating func served(_ affinity: UInt64, at position: Int, isTrial: Bool) {
        let known = self.recent[affinity]
        var entry = known ?? self.older[affinity] ?? Entry(home: position)
        if position != entry.home {
            entry.refuge = position
        } else if !isTrial {
            entry.refuge = nil
        }
        guard entry != known else { return }
        self.recent[affinity] = entry
        guard self.recent.count >= Self.capacity / 2 else { return }
        self.older = self.recent
        self.recent = [:]
    }
}
