/// Why a text is no condition expression, and where.
public struct ConditionExpressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and how to make it right; never an item's value.
    public var message: String
    /// Where it was noticed: how many characters (`Character`s) of the expression stand before that place.
    ///
    /// The number of all characters where the text ends too early; nil where no single place is wrong, as for a value
    /// that is not used.
    public var position: Int?

    /// Creates an error.
    public init(_ message: String, at position: Int? = nil) {
        self.message = message
        self.position = position
    }

    /// The message and the place, counted from 1.
    public var description: String {
        "Invalid condition expression\(self.position.map { " at character \($0 + 1)" } ?? ""): \(self.message)"
    }

    /// Two lines that show the place: the expression's line, and a caret below the character.
    ///
    /// - Parameter expression: The text that was refused.
    /// - Returns: Nil where no single place is wrong.
    public func pointer(in expression: String) -> String? {
        let characters = Array(expression)
        guard let position = self.position, (0...characters.count).contains(position) else { return nil }
        let start = characters[..<position].lastIndex(where: \.isNewline).map { $0 + 1 } ?? 0
        let before = characters[start..<position]
        let after = characters[position...].prefix { !$0.isNewline }
        // Tabs stay, so that the caret moves as far as the text above it.
        return String(before + after) + "\n" + String(before.map { $0 == "\t" ? "\t" : " " }) + "^"
    }
}
