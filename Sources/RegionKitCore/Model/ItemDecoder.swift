/// Makes `Decodable` values from items; takes back what ``ItemEncoder`` writes.
///
/// `Date` is read from ISO 8601 text, with or without fractions of a second, and from numbers of epoch seconds.
/// Arrays and sets are read from `L`, `SS`, `NS` and `BS`; a missing attribute is an empty set where a `Set` of
/// `String`, `Int` or ``Number`` is asked for.
public struct ItemDecoder: Sendable {
    /// What the types that are decoded may look up.
    public var userInfo: [CodingUserInfoKey: any Sendable]

    /// Creates a decoder.
    public init(userInfo: [CodingUserInfoKey: any Sendable] = [:]) {
        self.userInfo = userInfo
    }

    /// The value whose properties the item holds.
    ///
    /// - Throws: `DecodingError` with the coding path, and never an attribute's value.
    public func decode<T: Decodable>(_ type: T.Type, from item: Item) throws -> T {
        try ValueDecoder(value: .map(item), codingPath: [], options: self).decode(type)
    }
}
