import Testing

@testable import RegionKitCore

@Suite struct AffinityHomesTests {
    @Test func `the first region that serves is the home, another one the refuge until the home serves again`() {
        var homes = AffinityHomes()
        #expect(homes[7] == nil)
        homes.served(7, at: 2, isTrial: false)
        homes.served(7, at: 0, isTrial: false)
        #expect(homes[7] == .init(home: 2, refuge: 0))
        homes.served(7, at: 1, isTrial: false)
        #expect(homes[7] == .init(home: 2, refuge: 1))
        homes.served(7, at: 2, isTrial: true)
        #expect(homes[7] == .init(home: 2, refuge: 1), "a trial brings nobody home")
        homes.served(7, at: 2, isTrial: false)
        #expect(homes[7] == .init(home: 2))
    }

    @Test func `no more affinities are remembered than there is room for, and those in use are kept`() {
        var homes = AffinityHomes()
        var most = 0
        homes.served(.max, at: 3, isTrial: false)
        for affinity in 0..<UInt64(100_000) {
            homes.served(affinity, at: Int(affinity % 64), isTrial: false)
            if affinity % 1000 == 0 {
                homes.served(.max, at: 3, isTrial: false)
                most = max(most, homes.count)
            }
        }
        #expect(most <= AffinityHomes.capacity)
        #expect(homes.count >= AffinityHomes.capacity / 2)
        #expect(homes[.max] == .init(home: 3))
        #expect(homes[99_999] == .init(home: 99_999 % 64))
        #expect(homes[0] == nil)
    }
}
