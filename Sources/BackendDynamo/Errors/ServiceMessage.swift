/// A service's message as it may be shown: on one line, bounded, and without what a request or an item holds.
///
/// DynamoDB repeats values in quotes, in brackets or at the end ("… to a numeric value: 12x"), and a refused signature
/// repeats the signed headers, session token included, in quotes.
enum ServiceMessage {
    /// The most characters of an error's message.
    static let maximumLength = 512

    /// The message without values.
    static func shown(_ text: String) -> String {
        var shown = ""
        var closing: Character?
        var before: Character = " "
        for character in text.prefix(4 * self.maximumLength) {
            defer { before = character }
            if let end = closing {
                guard character == end else { continue }
                closing = nil
                shown.append(end)
                continue
            }
            // An apostrophe within a word, as in "doesn't", begins nothing.
            let isApostrophe = character == "'" && (before.isLetter || before.isNumber)
            if let end = isApostrophe ? nil : self.closings[character] {
                closing = end
                shown.append("\(character)…")
            } else {
                shown.append(character.isNewline || !character.isPrintable ? " " : character)
            }
        }
        for end in ["value:", "Value:", "values:"] {
            if let range = shown.firstRange(of: end) { shown = shown[..<range.upperBound] + " …" }
        }
        return self.bounded(shown)
    }

    /// The first characters of a message.
    static func bounded(_ text: String) -> String {
        text.count <= self.maximumLength ? text : text.prefix(self.maximumLength - 1) + "…"
    }

    private static let closings: [Character: Character] = ["'": "'", "\"": "\"", "`": "`", "[": "]", "{": "}"]
}

extension Character {
    fileprivate var isPrintable: Bool {
        self.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }
}
