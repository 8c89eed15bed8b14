/// Why a request can be done nowhere: it breaks the schema, a limit, or the rules of an expression.
public struct ValidationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and how to make it right; never an item's value.
    public var message: String

    /// Creates an error.
    public init(_ message: String) {
        self.message = message
    }

    /// The message.
    public var description: String { self.message }
}
