/// A configuration that cannot work: which field, what was found and what is allowed.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The field's path, for example `health.failoverThreshold` or `regions[2].name`; the name of an environment
    /// variable; or a place such as `line 3, column 7`.
    public var field: String
    /// What was found and what is allowed.
    public var message: String
    /// The file that holds the field; nil for a value that is no file's.
    public var file: String?

    /// Creates an error.
    public init(field: String, _ message: String, file: String? = nil) {
        self.field = field
        self.message = message
        self.file = file
    }

    /// The file if there is one, the field and the message.
    public var description: String { (self.file.map { "\($0): " } ?? "") + "\(self.field): \(self.message)" }
}
