public import RegionKitCore

/// What a SQLite region pretends to suffer, so that a developer sees on one machine what production does.
///
/// Set it in the process with ``SQLiteStore/emulate(_:)`` or ``SQLiteStore/Configuration/emulation``, or from another
/// process with ``save(for:)``: every process that has the region open obeys within 200 ms.
public struct SQLiteEmulation: Hashable, Sendable {
    /// A fault of the region, or a condition of a link, and until when it lasts.
    public struct Timed<Value: Hashable & Sendable>: Hashable, Sendable {
        /// What is emulated.
        public var value: Value
        /// When it ends, in epoch milliseconds; nil: when it is taken away.
        public var endMilliseconds: Int64?

        /// Creates an emulation that ends at a time, or not by itself.
        public init(_ value: Value, endMilliseconds: Int64? = nil) {
            self.value = value
            self.endMilliseconds = endMilliseconds
        }
    }

    /// What may be wrong with a region.
    public enum Fault: Hashable, Sendable {
        /// Nothing gets through, replication neither: `notSent`.
        case outage
        /// Callers' writes are refused, `readOnly`; reads and replication go on.
        case readOnly
        /// Callers' operations and probes take longer by this; what cannot end by its deadline is `unknownOutcome`.
        case slow(Duration)
        /// Callers' operations and probes are `throttled`.
        case throttled
        /// Writes are done and then answered with `unknownOutcome`.
        case ambiguous
        /// Everything waits until its deadline is over, then fails with `unknownOutcome`; nothing is done.
        case hang
    }

    /// What is wrong with the region; nil for nothing.
    public var fault: Timed<Fault>?
    /// How the links from this region to others behave.
    public var links: [Region: Timed<LinkCondition>]
    /// How far the region's wall clock is ahead of the real one; negative when it is behind.
    public var clockSkew: Duration

    /// Describes an emulation; without arguments none.
    public init(
        fault: Timed<Fault>? = nil,
        links: [Region: Timed<LinkCondition>] = [:],
        clockSkew: Duration = .zero
    ) {
        self.fault = fault
        self.links = links
        self.clockSkew = clockSkew
    }

    /// Nothing is emulated.
    public static let none = SQLiteEmulation()
}

extension SQLiteEmulation.Timed {
    /// The value, unless its time is over.
    func value(atMilliseconds now: Int64) -> Value? {
        if let end = self.endMilliseconds, now >= end { nil } else { self.value }
    }
}
