/// SHA-256, as the standard defines it: <https://doi.org/10.6028/NIST.FIPS.180-4>.
///
/// A value holds the state of a digest under way; a copy of it continues from the same place.
package struct SHA256: Sendable {
    package typealias Digest = InlineArray<32, UInt8>

    private var state: InlineArray<8, UInt32> = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var count: UInt64 = 0

    /// Begins a digest.
    package init() {}

    /// The 32-byte digest of the bytes.
    package static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var sha = SHA256()
        sha.update(bytes.span)
        let digest = sha.finish()
        return digest.indices.map { digest[$0] }
    }

    /// Takes in a text.
    package mutating func update(_ text: String) {
        self.update(text.utf8.span)
    }

    /// Takes in bytes.
    package mutating func update(_ bytes: Span<UInt8>) {
        var used = Int(self.count & 63)
        var index = 0
        self.count += UInt64(bytes.count)
        while index < bytes.count {
            if used == 0, bytes.count - index >= 64 {
                self.compress(bytes, from: index)
                index += 64
                continue
            }
            let taken = min(64 - used, bytes.count - index)
            for offset in 0..<taken { self.block[used + offset] = bytes[index + offset] }
            used += taken
            index += taken
            guard used == 64 else { return }
            self.compressBlock()
            used = 0
        }
    }

    /// The digest of all that was taken in.
    ///
    /// Further updates of this value mean nothing.
    package mutating func finish() -> Digest {
        let bits = self.count << 3
        var used = Int(self.count & 63)
        self.block[used] = 0x80
        used += 1
        if used > 56 {
            for index in used..<64 { self.block[index] = 0 }
            self.compressBlock()
            used = 0
        }
        for index in used..<56 { self.block[index] = 0 }
        for index in 0..<8 { self.block[56 + index] = UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * index)) }
        self.compressBlock()
        var digest = Digest(repeating: 0)
        for index in 0..<32 {
            digest[index] = UInt8(truncatingIfNeeded: self.state[index >> 2] >> UInt32(24 - 8 * (index & 3)))
        }
        return digest
    }

    private mutating func compressBlock() {
        let block = self.block
        self.compress(block.span, from: 0)
    }

    private mutating func compress(_ bytes: Span<UInt8>, from start: Int) {
        let block = bytes.extracting(start..<start + 64)
        var w = InlineArray<16, UInt32>(repeating: 0)
        for index in 0..<16 {
            let at = index &* 4
            w[index] =
                UInt32(block[at]) << 24 | UInt32(block[at &+ 1]) << 16 | UInt32(block[at &+ 2]) << 8
                | UInt32(block[at &+ 3])
        }
        var (a, b, c, d) = (self.state[0], self.state[1], self.state[2], self.state[3])
        var (e, f, g, h) = (self.state[4], self.state[5], self.state[6], self.state[7])
        for first in stride(from: 0, to: 64, by: 8) {
            // Eight rounds, after which each word is back in its place.
            Self.round(a, b, c, &d, e, f, g, &h, Self.roundConstants[first], Self.word(first, &w))
            Self.round(h, a, b, &c, d, e, f, &g, Self.roundConstants[first &+ 1], Self.word(first &+ 1, &w))
            Self.round(g, h, a, &b, c, d, e, &f, Self.roundConstants[first &+ 2], Self.word(first &+ 2, &w))
            Self.round(f, g, h, &a, b, c, d, &e, Self.roundConstants[first &+ 3], Self.word(first &+ 3, &w))
            Self.round(e, f, g, &h, a, b, c, &d, Self.roundConstants[first &+ 4], Self.word(first &+ 4, &w))
            Self.round(d, e, f, &g, h, a, b, &c, Self.roundConstants[first &+ 5], Self.word(first &+ 5, &w))
            Self.round(c, d, e, &f, g, h, a, &b, Self.roundConstants[first &+ 6], Self.word(first &+ 6, &w))
            Self.round(b, c, d, &e, f, g, h, &a, Self.roundConstants[first &+ 7], Self.word(first &+ 7, &w))
        }
        self.state[0] &+= a
        self.state[1] &+= b
        self.state[2] &+= c
        self.state[3] &+= d
        self.state[4] &+= e
        self.state[5] &+= f
        self.state[6] &+= g
        self.state[7] &+= h
    }

    /// One round; instead of all words moving on by one place, the next round names them so.
    @inline(__always)
    private static func round(
        _ a: UInt32,
        _ b: UInt32,
        _ c: UInt32,
        _ d: inout UInt32,
        _ e: UInt32,
        _ f: UInt32,
        _ g: UInt32,
        _ h: inout UInt32,
        _ constant: UInt32,
        _ word: UInt32
    ) {
        let big1 = Self.rotate(e, 6) ^ Self.rotate(e, 11) ^ Self.rotate(e, 25)
        let t1 = h &+ big1 &+ (g ^ e & (f ^ g)) &+ constant &+ word
        let big0 = Self.rotate(a, 2) ^ Self.rotate(a, 13) ^ Self.rotate(a, 22)
        d &+= t1
        h = t1 &+ big0 &+ (a & b | c & (a | b))
    }

    /// The schedule's word of a round; its last 16 words are all that later ones need.
    @inline(__always)
    private static func word(_ index: Int, _ w: inout InlineArray<16, UInt32>) -> UInt32 {
        guard index >= 16 else { return w[index & 15] }
        let (x, y) = (w[(index &+ 1) & 15], w[(index &+ 14) & 15])
        let small0 = Self.rotate(x, 7) ^ Self.rotate(x, 18) ^ x &>> 3
        let small1 = Self.rotate(y, 17) ^ Self.rotate(y, 19) ^ y &>> 10
        w[index & 15] = w[index & 15] &+ small0 &+ w[(index &+ 9) & 15] &+ small1
        return w[index & 15]
    }

    @inline(__always)
    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word &>> count | word &<< (32 - count)
    }

    private static let roundConstants: InlineArray<64, UInt32> = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
