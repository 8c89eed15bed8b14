/// An address of IPv6, or of IPv4 in its mapped form `::ffff:a.b.c.d`.
package struct IPAddress: Hashable, Sendable {
    package let bits: UInt128

    package init(bits: UInt128) {
        self.bits = bits
    }

    package init(v4: UInt32) {
        self.init(bits: 0xFFFF_0000_0000 | UInt128(v4))
    }

    /// Reads an address in any spelling that resolvers take; nil for a name.
    ///
    /// For IPv4 these are one to four numbers, each decimal, octal (`0…`) or hexadecimal (`0x…`), the last filling the
    /// rest, as in `0xA9FEA9FE`; a zone (`%eth0`) is dropped.
    package init?(_ text: String) {
        if text.contains(":") {
            guard let bits = Self.v6(text.prefix { $0 != "%" }) else { return nil }
            self.init(bits: bits)
        } else {
            guard let v4 = Self.v4(text.hasSuffix(".") ? text.dropLast() : text[...]) else { return nil }
            self.init(v4: v4)
        }
    }

    private static func v4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(self.number)
        guard (1...4).contains(parts.count) else { return nil }
        var address: UInt64 = 0
        for (index, part) in parts.enumerated() {
            let bytes = index == parts.count - 1 ? 5 - parts.count : 1
            guard let part, part < 1 << UInt64(8 * bytes) else { return nil }
            address = address << UInt64(8 * bytes) | part
        }
        return UInt32(address)
    }

    private static func number(_ text: Substring) -> UInt64? {
        let isHexadecimal = text.lowercased().hasPrefix("0x")
        let digits = isHexadecimal ? text.dropFirst(2) : text
        // `0x` alone counts as 0 with some resolvers.
        guard !digits.isEmpty else { return isHexadecimal ? 0 : nil }
        guard digits.first != "+", digits.first != "-" else { return nil }
        return UInt64(digits, radix: isHexadecimal ? 16 : digits.first == "0" ? 8 : 10)
    }

    private static func v6(_ text: Substring) -> UInt128? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = self.groups(halves[0], isLast: halves.count == 1) else { return nil }
        guard halves.count == 2 else { return head.count == 8 ? self.joined(head) : nil }
        guard let tail = self.groups(halves[1], isLast: true), head.count + tail.count <= 7 else { return nil }
        return self.joined(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
    }

    private static func joined(_ groups: [UInt16]) -> UInt128 {
        groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// The groups of 16 bits between colons; the last of all may be an IPv4 address.
    private static func groups(_ text: Substring, isLast: Bool) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if isLast, index == parts.count - 1, part.contains("."), let v4 = self.v4(part) {
                groups += [UInt16(v4 >> 16), UInt16(truncatingIfNeeded: v4)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}
