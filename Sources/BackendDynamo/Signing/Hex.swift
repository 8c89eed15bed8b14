internal import RegionKitCore

/// Hexadecimal text in lower case.
enum Hex {
    static func text(_ digest: SHA256.Digest) -> String {
        let bytes = self.bytes(digest)
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }

    /// The text's characters in ASCII.
    static func bytes(_ digest: SHA256.Digest) -> InlineArray<64, UInt8> {
        InlineArray { place in
            let half = place & 1 == 0 ? digest[place >> 1] >> 4 : digest[place >> 1] & 15
            return half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
        }
    }
}
