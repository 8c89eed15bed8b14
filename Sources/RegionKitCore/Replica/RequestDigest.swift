/// A 64-bit digest of a logical write, the same in every process: tells whether an operation id is used for another
/// request.
///
/// FNV-1a (<https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>) over a canonical walk of the values; entries of
/// maps and sets are summed, so that their order does not matter. It detects mistakes, not forgeries.
package struct RequestDigest: Sendable {
    /// The digest of what was added so far.
    package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    /// The digest of writes that are done together.
    package init(of writes: [Write]) {
        for write in writes { self.add(write) }
    }

    private init() {}

    mutating func add(_ word: UInt64) {
        self.value = (self.value ^ word) &* 0x100_0000_01B3
        // FNV-1a takes bytes; without this a word's high bits would never reach the digest's low ones.
        self.value ^= self.value >> 32
    }

    mutating func add(_ number: Int) {
        self.add(UInt64(truncatingIfNeeded: number))
    }

    mutating func add(_ text: String) {
        self.add(text.utf8Span.span)
    }

    mutating func add(_ bytes: [UInt8]) {
        self.add(bytes.span)
    }

    private mutating func add(_ bytes: Span<UInt8>) {
        var index = 0
        // Eight bytes at a time.
        while index <= bytes.count &- 8 {
            self.add(DynamoDBJSONReader.word(bytes.extracting(index..<index &+ 8)))
            index &+= 8
        }
        while index < bytes.count {
            self.add(UInt64(bytes[index]))
            index += 1
        }
        self.add(bytes.count)
    }

    mutating func add(_ item: Item) {
        self.add(unordered: item) { digest, entry in
            digest.add(entry.key)
            digest.add(entry.value)
        }
    }

    mutating func add(_ key: Key) {
        self.add(key.partition)
        if let sort = key.sort { self.add(sort) }
    }

    mutating func add(_ value: AttributeValue) {
        self.add(value.kind.rawValue)
        switch value {
        case .string(let text): self.add(text)
        case .number(let number): self.add(number)
        case .binary(let bytes): self.add(bytes)
        case .bool(let truth): self.add(truth ? 1 : 0)
        case .null: break
        case .list(let elements): self.add(elements) { $0.add($1) }
        case .map(let entries): self.add(entries)
        case .stringSet(let members): self.add(unordered: members) { $0.add($1) }
        case .numberSet(let members): self.add(unordered: members) { $0.add($1) }
        case .binarySet(let members): self.add(unordered: members) { $0.add($1) }
        }
    }

    mutating func add<Element>(_ elements: [Element], _ add: (inout RequestDigest, Element) -> Void) {
        for element in elements { add(&self, element) }
        self.add(elements.count)
    }

    private mutating func add(_ number: Number) {
        self.add(UInt64(truncatingIfNeeded: number.coefficient))
        self.add(UInt64(truncatingIfNeeded: number.coefficient >> 64))
        self.add(number.isNegative ? ~Int(number.exponent) : Int(number.exponent))
    }

    private mutating func add<Elements: Collection>(
        unordered elements: Elements,
        _ add: (inout RequestDigest, Elements.Element) -> Void
    ) {
        let sum = elements.reduce(0 as UInt64) { sum, element in
            var digest = RequestDigest()
            add(&digest, element)
            return sum &+ digest.value
        }
        self.add(sum)
        self.add(elements.count)
    }
}
