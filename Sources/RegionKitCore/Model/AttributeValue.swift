/// One attribute's value: the ten types of DynamoDB, with one meaning on every backend.
///
/// Sets are unordered and hold no duplicates; numbers compare by value (`1.0` equals `1`).
/// Texts compare by their bytes. A map's names and the members of an `SS` do not: those that differ in their Unicode
/// normalisation alone (é as one code point, or as e and an accent) are one name or one member here, as for Swift's
/// `String`, while DynamoDB keeps both. Write them in one form.
///
/// Literals make values: `"ready"`, `3`, `true`, `["a", "b"]`, `["name": "x"]`. `nil` does not make a ``null``, so that
/// "no value" and "the value NULL" cannot be taken for each other.
///
/// Reference: <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>
public enum AttributeValue: Hashable, Sendable {
    /// `S`: text, UTF-8.
    case string(String)
    /// `N`: an exact decimal of up to 38 significant digits.
    case number(Number)
    /// `B`: bytes.
    case binary([UInt8])
    /// `BOOL`.
    case bool(Bool)
    /// `NULL`.
    case null
    /// `L`: an ordered list of values of any type.
    case list([AttributeValue])
    /// `M`: a map from names to values of any type.
    case map([String: AttributeValue])
    /// `SS`: a set of texts, never empty.
    case stringSet(Set<String>)
    /// `NS`: a set of numbers, never empty.
    case numberSet(Set<Number>)
    /// `BS`: a set of byte strings, never empty.
    case binarySet(Set<[UInt8]>)
}

extension AttributeValue {
    /// The ten type descriptors as DynamoDB writes them.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// Text.
        case string = "S"
        /// Number.
        case number = "N"
        /// Bytes.
        case binary = "B"
        /// Boolean.
        case bool = "BOOL"
        /// Null.
        case null = "NULL"
        /// List.
        case list = "L"
        /// Map.
        case map = "M"
        /// Set of texts.
        case stringSet = "SS"
        /// Set of numbers.
        case numberSet = "NS"
        /// Set of byte strings.
        case binarySet = "BS"
    }

    /// The value's type.
    public var kind: Kind {
        switch self {
        case .string: .string
        case .number: .number
        case .binary: .binary
        case .bool: .bool
        case .null: .null
        case .list: .list
        case .map: .map
        case .stringSet: .stringSet
        case .numberSet: .numberSet
        case .binarySet: .binarySet
        }
    }

    /// The text of an `S`, else nil.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number of an `N`, else nil.
    public var number: Number? {
        if case .number(let value) = self { value } else { nil }
    }

    /// The bytes of a `B`, else nil.
    public var binary: [UInt8]? {
        if case .binary(let value) = self { value } else { nil }
    }

    /// The truth value of a `BOOL`, else nil.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of an `L`, else nil.
    public var list: [AttributeValue]? {
        if case .list(let value) = self { value } else { nil }
    }

    /// The entries of an `M`, else nil.
    public var map: [String: AttributeValue]? {
        if case .map(let value) = self { value } else { nil }
    }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes an `S`.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Makes an `N`.
    public init(integerLiteral value: Int) { self = .number(Number(value)) }

    /// Makes a `BOOL`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// Makes an `L`.
    public init(arrayLiteral elements: AttributeValue...) { self = .list(elements) }

    /// Makes an `M`; of two entries with one name the later stays.
    public init(dictionaryLiteral elements: (String, AttributeValue)...) {
        self = .map([String: AttributeValue](elements) { _, later in later })
    }
}
