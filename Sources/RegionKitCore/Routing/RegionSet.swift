/// A set of up to 64 region positions, in one machine word.
public struct RegionSet: Hashable, Sendable {
    /// Bit *n* stands for position *n*.
    public var bits: UInt64

    /// Creates a set from its bits.
    public init(bits: UInt64 = 0) {
        self.bits = bits
    }

    /// The set of positions `0 ..< count`.
    public init(first count: Int) {
        self.bits = count >= 64 ? .max : count <= 0 ? 0 : (1 << UInt64(count)) - 1
    }

    /// The largest number of regions a store may have.
    public static let capacity = 64

    /// Whether it has no member.
    public var isEmpty: Bool { self.bits == 0 }

    /// How many members it has.
    public var count: Int { self.bits.nonzeroBitCount }

    /// The lowest member; nil when there is none.
    public var first: Int? { self.bits == 0 ? nil : self.bits.trailingZeroBitCount }

    /// Whether a position is a member.
    public func contains(_ position: Int) -> Bool {
        position >= 0 && position < 64 && self.bits & (1 << UInt64(position)) != 0
    }

    /// Adds a position below 64; others are ignored.
    public mutating func insert(_ position: Int) {
        guard position >= 0, position < 64 else { return }
        self.bits |= 1 << UInt64(position)
    }

    /// Removes a position.
    public mutating func remove(_ position: Int) {
        guard position >= 0, position < 64 else { return }
        self.bits &= ~(1 << UInt64(position))
    }

    /// The members of both.
    public func intersection(_ other: RegionSet) -> RegionSet { RegionSet(bits: self.bits & other.bits) }

    /// The members of either.
    public func union(_ other: RegionSet) -> RegionSet { RegionSet(bits: self.bits | other.bits) }

    /// The members that the other set lacks.
    public func subtracting(_ other: RegionSet) -> RegionSet { RegionSet(bits: self.bits & ~other.bits) }
}

extension RegionSet: Sequence {
    /// Walks over the members, lowest first.
    public struct Iterator: IteratorProtocol, Sendable {
        private var rest: UInt64

        init(_ bits: UInt64) { self.rest = bits }

        /// The next member.
        public mutating func next() -> Int? {
            guard self.rest != 0 else { return nil }
            defer { self.rest &= self.rest - 1 }
            return self.rest.trailingZeroBitCount
        }
    }

    /// Walks over the members, lowest first.
    public func makeIterator() -> Iterator { Iterator(self.bits) }
}

extension RegionSet: ExpressibleByArrayLiteral {
    /// The set of the given positions.
    public init(arrayLiteral elements: Int...) {
        self.init()
        for position in elements { self.insert(position) }
    }
}
