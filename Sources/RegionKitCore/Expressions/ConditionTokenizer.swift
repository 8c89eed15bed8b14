/// Divides a condition expression into words and signs, one at a time.
struct ConditionTokenizer {
    private let characters: [Character]
    private var index = 0

    init(_ expression: String) {
        self.characters = Array(expression)
    }

    /// Reads the next word or sign.
    mutating func next() throws(ConditionExpressionError) -> ConditionToken {
        _ = self.take { $0.isASCII && $0.isWhitespace }
        let start = self.index
        guard start < self.characters.count else { return ConditionToken(kind: .end, text: "", position: start) }
        let first = self.characters[start]
        switch first {
        case "#", ":":
            self.index += 1
            let text = String(first) + self.take(while: \.isWordCharacter)
            guard text.count > 1 else {
                throw ConditionExpressionError("A letter, digit or underscore must follow \(text.quoted).", at: start)
            }
            return ConditionToken(kind: first == "#" ? .name : .value, text: text, position: start)
        case "<", ">":
            let pair = String(self.characters[start...].prefix(2))
            let text = ["<=", "<>", ">="].contains(pair) ? pair : String(first)
            self.index += text.count
            return ConditionToken(kind: .symbol, text: text, position: start)
        case "=", "(", ")", ",", ".", "[", "]":
            self.index += 1
            return ConditionToken(kind: .symbol, text: String(first), position: start)
        case _ where first.isWordCharacter:
            return try self.word(self.take(while: \.isWordCharacter), at: start)
        default:
            throw ConditionExpressionError(
                "Unexpected character \(first.shown); a name or value that holds it is given as #name or :value.",
                at: start
            )
        }
    }

    /// Whether a text is the sign and then letters, digits or underscores, as `#name` and `:value` are.
    static func isPlaceholder(_ text: String, sign: Character) -> Bool {
        text.first == sign && text.count > 1 && text.dropFirst().allSatisfy(\.isWordCharacter)
    }

    private func word(_ text: String, at start: Int) throws(ConditionExpressionError) -> ConditionToken {
        let capitals = text.uppercased()
        if ["AND", "OR", "NOT", "BETWEEN", "IN"].contains(capitals) {
            return ConditionToken(kind: .keyword, text: capitals, position: start)
        }
        guard text.first?.isNumber == true else { return ConditionToken(kind: .word, text: text, position: start) }
        guard text.allSatisfy(\.isNumber) else {
            throw ConditionExpressionError(
                "\(text.quoted) begins with a digit; such a name is given as #name.",
                at: start
            )
        }
        return ConditionToken(kind: .number, text: text, position: start)
    }

    private mutating func take(while predicate: (Character) -> Bool) -> String {
        let taken = self.characters[self.index...].prefix(while: predicate)
        self.index = taken.endIndex
        return String(taken)
    }
}

extension Character {
    fileprivate var isWordCharacter: Bool { self.isASCII && (self.isLetter || self.isNumber || self == "_") }

    /// What an error shows: the character itself only if it can be seen and is what it seems.
    fileprivate var shown: String {
        if let code = self.asciiValue, (0x21...0x7E).contains(code) { return String(self).quoted }
        return self.unicodeScalars.prefix(3).map { scalar in
            let digits = String(scalar.value, radix: 16, uppercase: true)
            return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }.joined(separator: " ")
    }
}
