import RegionKitCore

extension AttributeValue {
    /// A value of any type, nested up to `depth`.
    static func random(depth: Int = 3, using generator: inout SeededGenerator) -> AttributeValue {
        let count = Int.random(in: 0...4, using: &generator)
        switch Int.random(in: 0..<(depth > 0 ? 10 : 8), using: &generator) {
        case 0: return .string(.random(using: &generator))
        case 1: return .number(.random(using: &generator))
        case 2: return .binary(.random(using: &generator))
        case 3: return .bool(.random(using: &generator))
        case 4: return .null
        case 5: return .stringSet(Set((0...count).map { _ in .random(using: &generator) }))
        case 6: return .numberSet(Set((0...count).map { _ in .random(using: &generator) }))
        case 7: return .binarySet(Set((0...count).map { _ in .random(using: &generator) }))
        case 8: return .list((0..<count).map { _ in .random(depth: depth - 1, using: &generator) })
        default: return .map(.random(depth: depth - 1, using: &generator))
        }
    }
}

extension Item {
    /// An item of a few attributes of any type.
    static func random(depth: Int = 3, using generator: inout SeededGenerator) -> Item {
        (0..<Int.random(in: 0...5, using: &generator)).reduce(into: [:]) { item, _ in
            item[.random(using: &generator)] = .random(depth: depth, using: &generator)
        }
    }
}

extension String {
    /// A text of up to 20 characters, some of which need an escape or more than one byte.
    static func random(using generator: inout SeededGenerator) -> String {
        let alphabet: [Character] = [
            "a", "Z", "0", " ", "\"", "\\", "/", "\n", "\u{1}", "\u{1F}", "é", "ß", "語", "🙂", "\u{FFFF}",
        ]
        return String(
            (0..<Int.random(in: 0...20, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "a"
            }
        )
    }
}

extension [UInt8] {
    /// Up to 20 bytes.
    static func random(using generator: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0...20, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
    }
}
