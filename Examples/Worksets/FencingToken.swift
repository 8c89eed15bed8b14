public import RegionKitCore

/// A number that comes with a lock and that the guarded resource compares.
///
/// Whoever holds a lock may be late: it was stopped, its lock expired and another client took it. The resource that
/// the lock guards must therefore remember the highest token it has seen and refuse a request with a lower one. Nothing
/// else can: a lock that is kept in a replicated table excludes others only as far as the replicas agree.
///
/// - *Unique*: two acquisitions never get one token. Within a region each is conditional on the token before it; two
///   regions differ in ``origin``; and since ``HybridTimestamp/counter`` advances by a random step, a token that a
///   region has forgotten, because its write lost to a newer one from another region, is not met again.
/// - *Growing within one region*: each token of a workset is higher than the one stored there before.
/// - *Not growing across regions*: after a failover an older holder may have a higher token than the new one until
///   replication has caught up; the resource then refuses the new holder, who must lock again.
public struct FencingToken: Hashable, Sendable, Comparable {
    /// A clock reading above the token before it, the item's version and the client's clock at the time.
    public var timestamp: HybridTimestamp
    /// The region that accepted the lock.
    public var origin: Origin

    /// Creates a token from its parts.
    public init(timestamp: HybridTimestamp, origin: Origin) {
        self.timestamp = timestamp
        self.origin = origin
    }

    /// Orders by time, then counter, then origin.
    public static func < (lhs: FencingToken, rhs: FencingToken) -> Bool {
        lhs.timestamp != rhs.timestamp ? lhs.timestamp < rhs.timestamp : lhs.origin < rhs.origin
    }
}

extension FencingToken: CustomStringConvertible {
    /// Three decimal numbers of fixed width, joined by hyphens: texts of tokens sort as the tokens do.
    public var description: String {
        "\(self.stored)-\(Self.padded(self.origin.rawValue, 15))"
    }

    /// Reads the form that ``description`` writes; nil when the text is not of that form.
    public init?(_ text: String) {
        guard text.utf8.count == 46, let timestamp = Self.timestamp(stored: text.prefix(30)),
            text.dropFirst(30).first == "-", let origin = Self.number(text.suffix(15)), origin < 1 << 48
        else { return nil }
        self.init(timestamp: timestamp, origin: Origin(rawValue: origin))
    }
}

extension FencingToken {
    /// What the item keeps of a token: all but the origin, which is known only once a region has accepted the write.
    var stored: String { Self.stored(self.timestamp) }

    static func stored(_ timestamp: HybridTimestamp) -> String {
        "\(Self.padded(UInt64(clamping: timestamp.milliseconds), 19))-\(Self.padded(UInt64(timestamp.counter), 10))"
    }

    static func timestamp(stored text: some StringProtocol) -> HybridTimestamp? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = Self.number(parts[0]), let counter = Self.number(parts[1]),
            milliseconds < 1 << 62, let counter = UInt32(exactly: counter)
        else { return nil }
        return HybridTimestamp(milliseconds: Int64(milliseconds), counter: counter)
    }

    /// The timestamp of the next token.
    static func next(after last: HybridTimestamp, wallMilliseconds: Int64) -> HybridTimestamp {
        var clock = HybridLogicalClock(last: last)
        var next = clock.tick(wallMilliseconds: wallMilliseconds)
        let (counter, overflow) = next.counter.addingReportingOverflow(.random(in: 0...(.max / 2)))
        next.counter = counter
        if overflow { next.milliseconds += 1 }
        return next
    }

    private static func padded(_ number: UInt64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func number(_ text: some StringProtocol) -> UInt64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt64(text) : nil
    }
}
