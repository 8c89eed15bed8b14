internal import RegionKitCore

/// What RegionKit writes into an item beside its attributes, where that is configured: which write made it.
///
/// A binary of 36 bytes, big-endian, so that DynamoDB's order of bytes is the order of versions: milliseconds 8,
/// counter 4, origin 8, operation id 16.
struct Stamp: Hashable, Sendable {
    private static let size = 36

    var version: Version
    var operation: OperationID

    init(_ version: Version, _ operation: OperationID) {
        self.version = version
        self.operation = operation
    }

    /// Reads a stamp; nil when the value is none.
    init?(_ value: AttributeValue?) {
        guard let bytes = value?.binary, bytes.count == Self.size else { return nil }
        func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        let (milliseconds, counter, origin) = (number(0..<8), number(8..<12), number(12..<20))
        guard milliseconds <= UInt64(Int64.max), origin < 1 << 48 else { return nil }
        self.version = Version(
            timestamp: HybridTimestamp(
                milliseconds: Int64(milliseconds),
                counter: UInt32(truncatingIfNeeded: counter)
            ),
            origin: Origin(rawValue: origin)
        )
        self.operation = OperationID(high: number(20..<28), low: number(28..<36))
    }

    /// The attribute's value.
    var value: AttributeValue {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.size)
        func append(_ number: UInt64, _ count: UInt64) {
            for byte in 0..<count { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - byte)))) }
        }
        append(UInt64(max(self.version.timestamp.milliseconds, 0)), 8)
        append(UInt64(self.version.timestamp.counter), 4)
        append(self.version.origin.rawValue, 8)
        append(self.operation.high, 8)
        append(self.operation.low, 8)
        return .binary(bytes)
    }

    /// What holds for an item that is not there, has no stamp, or has an older one than this: the condition of a guarded put.
    func isNewest(in attribute: String) -> Condition {
        let path = AttributePath(attribute)
        return .or(.not(.exists(path)), .compare(.path(path), .less, .value(self.value)))
    }
}
