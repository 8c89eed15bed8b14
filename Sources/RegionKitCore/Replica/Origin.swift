/// A region's short identity inside a ``Version``: the first 48 bits of SHA-256 of its name.
///
/// Every client derives the same number, and it is exact in a double. A collision within one configuration is refused.
public struct Origin: Hashable, Sendable, Comparable {
    /// The 48 bits as a number.
    public let rawValue: UInt64

    /// Wraps a number below 2⁴⁸; higher bits are dropped.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue & 0xFFFF_FFFF_FFFF
    }

    /// Derives the origin of a region from its name.
    public init(_ region: Region) {
        let digest = SHA256.hash(Array(region.name.utf8))
        self.init(rawValue: digest.prefix(6).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// Compares as numbers.
    public static func < (lhs: Origin, rhs: Origin) -> Bool {
        lhs.rawValue < rhs.rawValue
    }
}
