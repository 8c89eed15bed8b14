/// A text that nothing prints: a key, a token, a password.
///
/// Descriptions, dumps and mirrors show a placeholder. Whoever needs the text asks for it with ``reveal()``.
public struct Secret: Hashable, Sendable {
    private let text: String

    /// Wraps a text.
    public init(_ text: String) {
        self.text = text
    }

    /// The text itself.
    public func reveal() -> String { self.text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// A placeholder.
    public var description: String { "<secret>" }

    /// A placeholder.
    public var debugDescription: String { "<secret>" }

    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
