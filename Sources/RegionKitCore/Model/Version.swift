/// The stamp of one accepted write: hybrid-logical-clock time and the region that accepted it.
///
/// Versions are unique and totally ordered; they compare as numbers: time, then counter, then origin. Of two writes to
/// one item the higher version wins everywhere (last writer wins).
public struct Version: Hashable, Sendable {
    /// The clock's reading.
    public var timestamp: HybridTimestamp
    /// Which region accepted the write: the first 48 bits of SHA-256 of the region's name; see ``Origin``.
    public var origin: Origin

    /// Creates a version from its parts.
    public init(timestamp: HybridTimestamp, origin: Origin) {
        self.timestamp = timestamp
        self.origin = origin
    }
}

extension Version: Comparable {
    /// Orders by time, then counter, then origin.
    public static func < (lhs: Version, rhs: Version) -> Bool {
        lhs.timestamp != rhs.timestamp ? lhs.timestamp < rhs.timestamp : lhs.origin < rhs.origin
    }
}

extension Version: CustomStringConvertible {
    /// `milliseconds.counter.origin`, in decimal; see ``init(_:)-(String)``.
    public var description: String {
        "\(self.timestamp.milliseconds).\(self.timestamp.counter).\(self.origin.rawValue)"
    }
}

extension Version {
    /// Reads the form that ``description`` writes; nil when the text is not of that form.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let milliseconds = Int64(parts[0]), milliseconds >= 0, let counter = UInt32(parts[1]),
            let origin = UInt64(parts[2]), origin < 1 << 48
        else { return nil }
        self.init(
            timestamp: HybridTimestamp(milliseconds: milliseconds, counter: counter),
            origin: Origin(rawValue: origin)
        )
    }
}
