/// Makes items from `Encodable` values.
///
/// | value | attribute |
/// |---|---|
/// | `String`, `URL` | `S` |
/// | integers, `Double`, `Float`, `Decimal`, ``Number`` | `N` |
/// | `Bool` | `BOOL` |
/// | `Data`, `[UInt8]` | `B` |
/// | `Date` | `S`, ISO 8601 in UTC to the millisecond, which sorts by time; or `N`, see ``DateFormat`` |
/// | `Set` of `String`, `Int` or ``Number`` | `SS`, `NS`; an empty set is left out, for DynamoDB has none |
/// | other sequences | `L` |
/// | structures, dictionaries with text keys | `M` |
/// | ``AttributeValue`` | itself |
/// | a missing optional property | none; `NULL` where the value encodes nil by itself |
public struct ItemEncoder: Sendable {
    /// How a `Date` is written.
    public enum DateFormat: Hashable, Sendable {
        /// `S`: `2026-01-31T12:00:00.000Z`.
        case text
        /// `N`: seconds since 1970, as a time-to-live attribute needs it; fractions are dropped.
        case epochSeconds
    }

    /// How dates are written. [text]
    public var dates: DateFormat
    /// What the types that are encoded may look up.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Creates an encoder.
    public init(dates: DateFormat = .text, userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        self.dates = dates
        self.userInfo = userInfo
    }

    /// The item that holds a value's properties.
    ///
    /// - Throws: `EncodingError` with the coding path: a number that DynamoDB cannot hold, an empty set in a list, a
    ///   value that has no properties.
    public func encode(_ value: some Encodable) throws -> Item {
        let node = EncodedNode()
        try NodeEncoder(node: node, codingPath: [], options: self).encode(value)
        guard case .map(let item) = node.value else {
            throw EncodingError.invalidValue(
                type(of: value),
                EncodingError.Context(codingPath: [], debugDescription: "An item needs a value with named properties.")
            )
        }
        return item
    }
}
