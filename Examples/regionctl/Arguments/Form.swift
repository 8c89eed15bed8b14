/// One way to call a command: the words and options that it needs, as its help shows them.
///
/// `R MODE` is two words; in `get|put KEY` the first is one of those in small letters. `--link A:B STATE` needs an
/// option, which has a value, and a word.
struct Form: Hashable, Sendable, ExpressibleByStringLiteral {
    let text: String
    /// The words it takes besides options, for example `KEY`.
    let operands: [String]
    /// The options it cannot do without, with their dashes.
    let options: [String]

    init(stringLiteral text: String) {
        var (operands, options) = ([String](), [String]())
        var words = text.split(separator: " ").map(String.init)[...]
        while let word = words.popFirst() {
            if word.hasPrefix("--") {
                options.append(word)
                words = words.dropFirst()
            } else {
                operands.append(word)
            }
        }
        (self.text, self.operands, self.options) = (text, operands, options)
    }

    /// The words that may stand at a place; nil where any may.
    func choices(at place: Int) -> [String]? {
        guard self.operands.indices.contains(place), self.operands[place].first?.isLowercase == true else { return nil }
        return self.operands[place].split(separator: "|").map(String.init)
    }
}
