/// Where the reads of each affinity went, for as many as are remembered.
///
/// A pure value. Two generations of entries: when the younger is full, the older is forgotten, so that what is used
/// stays and the size is bounded.
struct AffinityTable: Sendable {
    /// The region that served it first, and the one that serves it while that cannot.
    struct Entry: Hashable, Sendable {
        var home: Int
        var refuge: Int?

        /// Where it belongs, of the candidates.
        func place(among candidates: RegionSet) -> Int? {
            candidates.contains(self.home) ? self.home : self.refuge
        }
    }

    /// How many entries one generation holds.
    static let capacity = 5000

    private var young: [UInt64: Entry] = [:]
    private var old: [UInt64: Entry] = [:]

    var count: Int { self.young.count + self.old.count }

    /// What is known of an affinity by its hash.
    func entry(_ hash: UInt64) -> Entry? { self.young[hash] ?? self.old[hash] }

    /// A region served a read.
    mutating func served(_ hash: UInt64, at position: Int) {
        var entry = self.entry(hash) ?? Entry(home: position)
        entry.refuge = entry.home == position ? nil : position
        if self.young.count >= Self.capacity, self.young[hash] == nil {
            self.old = self.young
            self.young = [:]
        }
        self.young[hash] = entry
    }
}
