/// Hashes that are the same in every process, unlike `Hasher`'s: a fleet agrees on them.
enum StableHash {
    /// FNV-1a over the text's bytes (<http://www.isthe.com/chongo/tech/comp/fnv/>), its bits then spread.
    static func hash(_ text: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return self.mix(hash)
    }

    /// Spreads the bits of a number evenly: the last steps of SplitMix64 (<https://doi.org/10.1145/2714064.2660195>).
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
