internal import RegionKitCore

/// Hexadecimal text in lower case.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ digest: SHA256.Digest) -> String {
        let bytes = [UInt8](capacity: 64) { output in
            for index in digest.indices {
                output.append(self.digits[Int(digest[index] >> 4)])
                output.append(self.digits[Int(digest[index] & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
