/// A promise that an implementation does not keep.
public struct ConformanceFailure: Hashable, Sendable, CustomStringConvertible {
    /// The rule, as a sentence.
    public var rule: String
    /// What was looked at.
    public var subject: String
    /// What the rule demands.
    public var expected: String
    /// What was found.
    public var found: String

    /// Creates a failure.
    public init(rule: String, subject: String, expected: String, found: String) {
        self.rule = rule
        self.subject = subject
        self.expected = expected
        self.found = found
    }

    /// All of it in one line.
    public var description: String {
        "\(self.rule): \(self.subject): expected \(self.expected), found \(self.found)"
    }
}
