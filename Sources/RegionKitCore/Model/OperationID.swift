/// The identity of one logical write: 16 random bytes that stay the same over retries and regions.
///
/// A region that has seen an id answers with its stored result instead of writing again.
public struct OperationID: Hashable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Creates an id from its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Draws a random id.
    public static func random(using generator: inout some RandomNumberGenerator) -> OperationID {
        OperationID(high: generator.next(), low: generator.next())
    }
}

extension OperationID: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String {
        func digits(_ half: UInt64) -> String {
            let text = String(half, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }
        return digits(self.high) + digits(self.low)
    }
}
