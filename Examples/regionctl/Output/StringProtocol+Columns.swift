extension StringProtocol {
    /// How many columns of a terminal the text takes.
    var columns: Int { self.unicodeScalars.reduce(0) { $0 + $1.columns } }

    /// As much of the beginning as fits in a width.
    func prefix(columns width: Int) -> SubSequence {
        var rest = width
        return self.prefix { character in
            rest -= String(character).columns
            return rest >= 0
        }
    }
}

extension Unicode.Scalar {
    /// Blocks whose characters take two columns.
    ///
    /// After https://www.unicode.org/reports/tr11/.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18DFF,
        0x1AFF0...0x1B2FF, 0x1D300...0x1D376, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]

    /// 2 for what is wide, 0 for what stands on the character before it, else 1.
    fileprivate var columns: Int {
        guard self.value >= 0x300 else { return 1 }
        // The selector of a coloured picture makes the narrow sign before it wide.
        if self.value == 0xFE0F { return 1 }
        switch self.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        // Medial vowels and final consonants join the syllable before them.
        case _ where (0x1160...0x11FF).contains(self.value): return 0
        default:
            let isWide = self.properties.isEmojiPresentation || Self.wide.contains { $0.contains(self.value) }
            return isWide ? 2 : 1
        }
    }
}
