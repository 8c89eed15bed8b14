import Testing

@testable import RegionKitCore

@Suite struct AffinityTableTests {
    @Test func `R6: an affinity has a home, and a refuge while the home cannot serve`() {
        var table = AffinityTable()
        #expect(table.entry(7) == nil)
        table.served(7, at: 2)
        table.served(7, at: 0)
        #expect(table.entry(7)?.place(among: [0, 1, 2]) == 2)
        #expect(table.entry(7)?.place(among: [0, 1]) == 0)
        table.served(7, at: 2)
        #expect(table.entry(7)?.place(among: [0, 1]) == nil)
    }

    @Test func `R6: what is remembered is bounded, and what is used stays`() {
        var table = AffinityTable()
        for hash in 0..<UInt64(100_000) {
            table.served(hash, at: 1)
            table.served(.max, at: 2)
        }
        #expect(table.count <= 2 * AffinityTable.capacity)
        #expect(table.entry(.max)?.home == 2)
        #expect(table.entry(99_999)?.home == 1)
        #expect(table.entry(0) == nil)
    }
}
