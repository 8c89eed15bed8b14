/// The name of a region, for example `us-west-2`.
///
/// A valid name matches `[a-z0-9][a-z0-9-]{0,62}`. The type itself accepts any text, so that a wrong name can be
/// reported; ``MultiRegionStore`` and every backend refuse an invalid one before they use it in a path or host name.
public struct Region: Hashable, Sendable {
    /// The name as written.
    public let name: String

    /// Names a region.
    ///
    /// No check is made; see ``isValid``.
    public init(_ name: String) {
        self.name = name
    }

    /// Whether the name matches `[a-z0-9][a-z0-9-]{0,62}`.
    public var isValid: Bool {
        let bytes = self.name.utf8
        guard let first = bytes.first, bytes.count <= 63, first != UInt8(ascii: "-") else { return false }
        return bytes.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
    }
}

extension Region: ExpressibleByStringLiteral {
    /// Names a region by a literal.
    public init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Region: CustomStringConvertible {
    /// The name.
    public var description: String { self.name }
}

extension Region: Comparable {
    /// Orders regions by name.
    public static func < (lhs: Region, rhs: Region) -> Bool {
        lhs.name < rhs.name
    }
}

extension Region: Codable {
    /// Decodes the name from a single string.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(String.self))
    }

    /// Encodes the name as a single string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.name)
    }
}
