internal import RegionKitCore

// What the scripts answer with, read strictly: nil for anything of another form.
extension RedisValue {
    var elements: [RedisValue]? {
        if case .array(let values) = self { values } else { nil }
    }

    var content: [UInt8]? {
        if case .bytes(let bytes) = self { bytes } else { nil }
    }

    var text: String? {
        switch self {
        case .bytes(let bytes): String(validating: bytes, as: UTF8.self)
        case .status(let text): text
        case .integer, .array, .null, .error: nil
        }
    }

    /// A whole number, whether it came as one or as digits.
    func number<Value: FixedWidthInteger>(as type: Value.Type = Value.self) -> Value? {
        switch self {
        case .integer(let value): Value(exactly: value)
        default: self.text.flatMap { Value($0) }
        }
    }

    /// The answer of `TIME`, in microseconds.
    var microseconds: Int64? {
        guard let parts = self.elements, parts.count == 2, let seconds = parts[0].number(as: Int64.self),
            let rest = parts[1].number(as: Int64.self), (0..<1 << 40).contains(seconds), (0..<1_000_000).contains(rest)
        else { return nil }
        return seconds * 1_000_000 + rest
    }

    /// A version's text, or an empty one for none.
    var version: Version?? {
        guard let text = self.text else { return nil }
        if text.isEmpty { return .some(nil) }
        return Version(text).map { .some($0) }
    }

    static func timestamp(_ milliseconds: RedisValue, _ counter: RedisValue) -> HybridTimestamp? {
        guard let milliseconds = milliseconds.number(as: Int64.self), let counter = counter.number(as: UInt32.self)
        else { return nil }
        return HybridTimestamp(milliseconds: milliseconds, counter: counter)
    }

    static func version(_ milliseconds: RedisValue, _ counter: RedisValue, _ origin: RedisValue) -> Version? {
        guard let timestamp = self.timestamp(milliseconds, counter), let origin = origin.number(as: UInt64.self)
        else { return nil }
        return Version(timestamp: timestamp, origin: Origin(rawValue: origin))
    }
}

extension OperationID {
    /// Sixteen bytes.
    var bytes: [UInt8] {
        [self.high, self.low].flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> (56 - 8 * $0)) } }
    }

    /// Nil unless there are sixteen bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        func half(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: half(bytes[..<8]), low: half(bytes[8...]))
    }
}

extension ReplicaCursor {
    /// One text for each cursor, so that equal cursors are equal texts; empty for the beginning.
    var text: String {
        self == .start
            ? "" : "\(self.incarnation) \(self.sequence) \(self.version.map { "\($0)" } ?? "-")"
    }

    /// Nil for a text that is no cursor's.
    init?(_ text: String) {
        guard !text.isEmpty else {
            self = .start
            return
        }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let incarnation = UInt64(parts[0]), let sequence = Int64(parts[1]) else { return nil }
        let version = Version(String(parts[2]))
        guard version != nil || parts[2] == "-" else { return nil }
        self.init(incarnation: incarnation, sequence: sequence, version: version)
    }
}
