/// A configuration that cannot work: which field, what was found and what is allowed.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's path, for example `health.failoverThreshold` or `regions[2].name`.
    public var field: String
    /// What was found and what is allowed.
    public var message: String

    /// Creates an error.
    public init(field: String, _ message: String) {
        self.field = field
        self.message = message
    }

    /// The field and the message.
    public var description: String { "\(self.field): \(self.message)" }
}
