/// A number that follows from others in their order (FNV-1a over 64-bit words, the upper bits folded in).
struct TraceHash: Sendable {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ word: UInt64) {
        self.state = (self.state ^ word) &* 0x100_0000_01B3
        self.state ^= self.state >> 32
    }

    var value: UInt64 { self.state }
}
