internal import Foundation

/// The form of points in time in a stored workset: ISO-8601, UTC, six digits of fraction, `Z`.
///
/// All clients of a table write the same width, so that the texts sort by time.
enum Timestamp {
    static func text(milliseconds: Int64) -> String {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let fraction = String(rest + 1000).dropFirst()
        return Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601).dropLast() + ".\(fraction)000Z"
    }

    static func date(_ text: String?) -> Date? {
        text.flatMap { try? Date($0, strategy: .iso8601) }
    }
}
