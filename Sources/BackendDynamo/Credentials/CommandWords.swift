/// The words of a command line that no shell sees.
enum CommandWords {
    /// Splits at spaces; nil when a quote is not closed.
    ///
    /// Single quotes keep everything, double quotes all but `\"` and `\\`, and outside of quotes a backslash keeps the
    /// next character. Variables, patterns and `~` stay as they are.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("\\", nil),
                ("\\", "\"") where rest.first == "\"" || rest.first == "\\":
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + String(next)
            case ("\"", nil), ("'", nil):
                quote = character
                word = word ?? ""
            case (_, let open?) where character == open: quote = nil
            case (_, nil) where character.isWhitespace:
                if let finished = word { words.append(finished) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        return words + (word.map { [$0] } ?? [])
    }
}
