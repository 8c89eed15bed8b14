internal import Foundation
internal import RegionKitCore

extension String {
    /// The text with spaces after it, up to a width.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - self.columns))
    }

    /// The text in lines of a width, broken between words.
    func wrapped(to width: Int = Console.width) -> [String] {
        self.split(separator: " ").reduce(into: []) { lines, word in
            if let line = lines.last, line.columns + 1 + word.columns <= width {
                lines[lines.count - 1] = "\(line) \(word)"
            } else {
                lines.append(String(word))
            }
        }
    }

    /// The text in quotes for a message: shortened, and what cannot be seen escaped.
    var shown: String {
        self.utf8.count <= 64
            ? self.debugDescription : "\(self.prefix(48).debugDescription)… (\(self.utf8.count) bytes)"
    }

    /// The text with spaces before it, up to a width.
    func aligned(to width: Int) -> String {
        String(repeating: " ", count: max(0, width - self.columns)) + self
    }
}

extension Int {
    /// The number with a comma after each three digits.
    var grouped: String {
        let digits = Array(String(self.magnitude))
        let groups = digits.indices.map { index in
            let left = digits.count - index
            return index > 0 && left.isMultiple(of: 3) ? ",\(digits[index])" : "\(digits[index])"
        }
        return (self < 0 ? "-" : "") + groups.joined()
    }
}

extension Duration {
    /// How durations are written.
    static let rule = "allowed is a number above 0 with a unit (ms, s, m or h), for example 30s"

    /// For people: `0.42 ms`, `12 ms`, `3.1 s`, `4 min`.
    var brief: String {
        func text(_ value: Double, _ unit: String) -> String {
            let scale: Double = value < 1 ? 100 : value < 10 ? 10 : 1
            let rounded = (value * scale).rounded() / scale
            return (rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)") + " " + unit
        }
        let milliseconds = max(0, self.milliseconds)
        if milliseconds < 999.5 { return text(milliseconds, "ms") }
        if milliseconds < 119_500 { return text(milliseconds / 1000, "s") }
        return milliseconds < 7_170_000 ? text(milliseconds / 60_000, "min") : text(milliseconds / 3_600_000, "h")
    }
}

extension Int64 {
    /// Epoch milliseconds as a date and a time: `2026-07-03T12:03:41Z`.
    var timestamp: String {
        Date(timeIntervalSince1970: Double(self) / 1000).ISO8601Format()
    }

    /// Epoch milliseconds as a time of day: `12:03:41Z`.
    var clock: String {
        String(self.timestamp.suffix(9))
    }
}
