/// Why bytes are no DynamoDB JSON, and where; never what they say.
public struct DynamoDBJSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The bytes end too early.
        case unexpectedEnd = "the bytes end too early"
        /// A byte that JSON or the form of a value does not allow here.
        case unexpectedByte = "a byte that is not allowed here"
        /// Bytes follow the document.
        case trailingBytes = "bytes follow the document"
        /// A text that is not valid UTF-8.
        case invalidUTF8 = "a text that is not valid UTF-8"
        /// A control character that is not escaped.
        case controlCharacter = "a control character that is not escaped"
        /// An escape that JSON does not have.
        case invalidEscape = "an escape that JSON does not have"
        /// A `\u` escape for half of a character.
        case loneSurrogate = "an escape for half of a character"
        /// An `N` that is no number, has more than 38 digits or is out of range.
        case invalidNumber = "an N that is no number of up to 38 digits within range"
        /// A `B` that is not base64.
        case invalidBase64 = "a B that is not base64"
        /// A type that DynamoDB does not have.
        case unknownType = "a type that DynamoDB does not have"
        /// A value with no type or with several.
        case notOneType = "a value that has not exactly one type"
        /// A name that occurs twice in one object, or two names that are canonically equivalent.
        case duplicateName = "a name that occurs twice"
        /// A set without members.
        case emptySet = "an empty set"
        /// A member that occurs twice in one set, or two texts that are canonically equivalent.
        case duplicateMember = "a member that occurs twice in a set"
        /// Lists and maps nested more than 64 deep.
        case tooDeep = "lists and maps nested more than 64 deep"
    }

    /// What is wrong.
    public var reason: Reason
    /// The offset of the byte where it was noticed; for a name that occurs twice, where it stands first.
    public var offset: Int

    /// Creates an error.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// Reason and offset.
    public var description: String { "Invalid DynamoDB JSON at byte \(self.offset): \(self.reason.rawValue)." }
}
