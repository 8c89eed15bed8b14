internal import RegionKitCore

/// Where an axis has its marks, and how they are labelled.
enum Axis {
    private static let steps = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    ]

    /// Marks of a time axis in seconds: at most eleven, at round times.
    static func times(to end: Int) -> [Int] {
        let step = self.steps.first { end / $0 <= 10 } ?? 86_400
        return Array(stride(from: 0, through: end, by: step))
    }

    /// For example `30 s`, `1 min 30 s` or `2 h`.
    static func label(seconds: Int) -> String {
        let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")].filter { $0.0 > 0 }
        return parts.isEmpty ? "0" : parts.map { "\($0) \($1)" }.joined(separator: " ")
    }

    /// The least of 1, 2 and 5 times a power of ten that is not below a value; 1 where all is zero.
    static func top(of value: Double) -> Double {
        guard value > 0, value.isFinite else { return 1 }
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value * 0.999999 } ?? value
    }

    static func label(_ value: Double) -> String {
        value == value.rounded() && value < 1e15 ? Int(value).grouped : "\(JSON.number(value))"
    }
}
