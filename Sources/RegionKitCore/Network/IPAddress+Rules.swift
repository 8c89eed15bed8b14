extension IPAddress {
    /// Whether it is the machine's own, 127/8 or ::1.
    package var isLoopback: Bool {
        self.bits == 1 || self.mapped.map { $0 >> 24 == 127 } ?? false
    }

    /// Whether requests must not go there: link-local, cloud metadata, multicast and unspecified addresses.
    ///
    /// An IPv4 address is looked at in whatever form of IPv6 it is wrapped.
    package var isRefused: Bool {
        if let v4 = self.embedded, v4 >> 16 == 0xA9FE || v4 >> 24 == 0 || v4 >> 28 >= 0xE { return true }
        return self.bits == 0
            || self.bits >> 118 == 0xFE80 >> 6
            || self.bits >> 120 == 0xFF
            // The metadata services of EC2, ECS and EKS live in fd00:ec2::/32.
            || self.bits >> 96 == 0xFD00_0EC2
    }

    /// The IPv4 address of the mapped form.
    private var mapped: UInt32? {
        self.bits >> 32 == 0xFFFF ? UInt32(truncatingIfNeeded: self.bits) : nil
    }

    /// The IPv4 address that packets would end up at.
    private var embedded: UInt32? {
        switch self.bits {
        case 0, 1: nil
        // IPv4-compatible, mapped, translated (RFC 2765), NAT64 (RFC 6052 and 8215).
        case _
        where [0, 0xFFFF, 0xFFFF_0000].contains(self.bits >> 32) || self.bits >> 32 == 0x0064_FF9B << 64
            || self.bits >> 80 == 0x0064_FF9B_0001:
            UInt32(truncatingIfNeeded: self.bits)
        // 6to4 (RFC 3056).
        case _ where self.bits >> 112 == 0x2002: UInt32(truncatingIfNeeded: self.bits >> 80)
        default: nil
        }
    }
}
