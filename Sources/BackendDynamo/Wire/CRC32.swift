/// The checksum of the header `x-amz-crc32`: polynomial 0xEDB88320, as in ISO 3309 and IEEE 802.3.
///
/// Eight bytes at a time with eight tables ("slicing by 8"): <https://doi.org/10.1109/TC.2008.85>.
enum CRC32 {
    /// Table k holds, for each byte, its remainder after k further zero bytes.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            tables[byte] = (0..<8).reduce(UInt32(byte)) { rest, _ in rest >> 1 ^ (rest & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    /// The checksum of the bytes.
    static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        let all = self.tables
        let tables = all.span
        var rest: UInt32 = 0xFFFF_FFFF
        var index = 0
        while index <= bytes.count &- 8 {
            let part = bytes.extracting(index..<index &+ 8)
            let low = rest ^ (UInt32(part[0]) | UInt32(part[1]) << 8 | UInt32(part[2]) << 16 | UInt32(part[3]) << 24)
            let first = tables[0x700 + Int(low & 0xFF)] ^ tables[0x600 + Int(low >> 8 & 0xFF)]
            let second = tables[0x500 + Int(low >> 16 & 0xFF)] ^ tables[0x400 + Int(low >> 24)]
            let third = tables[0x300 + Int(part[4])] ^ tables[0x200 + Int(part[5])]
            rest = first ^ second ^ third ^ tables[0x100 + Int(part[6])] ^ tables[Int(part[7])]
            index &+= 8
        }
        while index < bytes.count {
            rest = rest >> 8 ^ tables[Int((rest ^ UInt32(bytes[index])) & 0xFF)]
            index &+= 1
        }
        return ~rest
    }

    /// Whether a body is the one that a header's value, a decimal number, was computed for.
    ///
    /// True without a header: not every server sends one.
    static func matches(_ header: String?, _ bytes: [UInt8]) -> Bool {
        guard let header else { return true }
        return UInt32(header) == self.checksum(bytes.span)
    }
}
