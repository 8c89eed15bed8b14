internal import Foundation

extension AttributeValue {
    /// The moment that a text in ISO 8601 or a number of epoch seconds names; nil for other values.
    var date: Date? {
        switch self {
        case .string(let text):
            // To the double next to the millisecond, so that what was written compares equal.
            ((try? Date(text, strategy: Self.milliseconds)) ?? (try? Date(text, strategy: Date.ISO8601FormatStyle())))
                .map { Date(timeIntervalSince1970: ($0.timeIntervalSince1970 * 1000).rounded() / 1000) }
        case .number(let seconds): Date(timeIntervalSince1970: seconds.double)
        default: nil
        }
    }

    /// Makes an `S` or an `N` of a moment.
    init(_ date: Date, as format: ItemEncoder.DateFormat) {
        switch format {
        case .text:
            // The style cuts off what is finer than a millisecond, also where a double lies just below one.
            self = .string((date + 0.0005).formatted(Self.milliseconds))
        case .epochSeconds: self = .number(Number(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0)
        }
    }

    private static let milliseconds = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
}
