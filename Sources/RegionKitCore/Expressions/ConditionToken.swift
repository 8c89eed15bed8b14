/// A word or sign of a condition expression.
struct ConditionToken: CustomStringConvertible {
    enum Kind {
        /// `AND`, `OR`, `NOT`, `BETWEEN` or `IN`; its text is in capitals.
        case keyword
        /// A name of an attribute or function.
        case word
        /// `#name`, with its sign.
        case name
        /// `:value`, with its sign.
        case value
        /// Digits.
        case number
        /// A comparison, parenthesis, bracket, comma or dot.
        case symbol
        /// No text follows.
        case end
    }

    let kind: Kind
    let text: String
    /// How many characters stand before it.
    let position: Int

    /// What an error calls it.
    var description: String {
        switch self.kind {
        case .keyword: "the keyword \(self.text)"
        case .end: "the end"
        case .word, .name, .value, .number, .symbol: self.text.quoted
        }
    }
}
