/// The arguments of a policy in its text, taken one after the other.
///
/// White space between them is free. Every error names the place and how the policy is written.
public struct PolicyArguments: Sendable {
    private static let maximumLength = 4096
    private static let maximumDepth = 64

    private let registry: PolicyRegistry
    private let regions: [Region]?
    private let text: String
    private let scalars: [Unicode.Scalar]
    private var next = 0
    /// Where what was taken last begins.
    private var start = 0
    private var depth = 0
    private var usage: String?
    /// Whether the policy being read has parentheses.
    private var isOpen = true

    init(_ text: String, _ registry: PolicyRegistry, _ regions: [Region]?) throws(PolicyTextError) {
        self.registry = registry
        self.regions = regions
        self.text = text
        self.scalars = Array(text.unicodeScalars.prefix(Self.maximumLength + 1))
        guard self.scalars.count <= Self.maximumLength else {
            let message = "a policy's text has at most \(Self.maximumLength) characters"
            throw PolicyTextError(message, text: text, offset: Self.maximumLength)
        }
    }

    mutating func wholePolicy() throws(PolicyTextError) -> any RoutingPolicy {
        let policy = try self.policy()
        guard self.peek() == nil else { throw self.failure("nothing may follow the policy", at: self.next) }
        return policy
    }

    // MARK: - What an argument may be

    /// Takes a policy.
    public mutating func policy() throws(PolicyTextError) -> any RoutingPolicy {
        let name = try self.word("a policy")
        guard let entry = self.registry.entries[name] else {
            throw self.unknown("policy", name, among: self.registry.names, "allowed is")
        }
        guard self.depth < Self.maximumDepth else {
            throw self.error("at most \(Self.maximumDepth) policies may stand within one another")
        }
        let outer = (self.usage, self.isOpen)
        defer { (self.usage, self.isOpen) = outer }
        self.depth += 1
        defer { self.depth -= 1 }
        (self.isOpen, self.usage) = (self.take("("), entry.usage)
        let policy = try entry.make(&self)
        if self.isOpen { try self.expect(")") }
        return policy
    }

    /// Takes a region's name: one of the store's regions where these are known.
    public mutating func region() throws(PolicyTextError) -> Region {
        let region = Region(try self.word("a region"))
        if let regions, !regions.contains(region) {
            throw self.unknown("region", region.name, among: regions.map(\.name), "the regions are")
        }
        guard region.isValid else { throw self.error("a region's name is 1 to 63 of a-z, 0-9 and -") }
        return region
    }

    /// Takes a number, fractions included.
    public mutating func number() throws(PolicyTextError) -> Double {
        guard let number = Double(try self.word("a number")) else { throw self.error("this is not a number") }
        return number
    }

    /// Takes a duration: a number with the unit `ms`, `s`, `m` or `h`.
    public mutating func duration() throws(PolicyTextError) -> Duration {
        guard let duration = Duration(text: try self.word("a duration")) else {
            throw self.error("a duration is a number with a unit (ms, s, m or h)")
        }
        return duration
    }

    /// Takes a word: characters other than white space and `,;()=:"`, or anything in quotes, where `\` stands before a
    /// quote or another `\`.
    ///
    /// - Parameter meaning: What the word is, for the error when there is none.
    public mutating func word(_ meaning: String = "a word") throws(PolicyTextError) -> String {
        guard self.isOpen else { throw self.missing("\"(\"") }
        guard let first = self.peek() else { throw self.missing(meaning) }
        self.start = self.next
        if first == "\"" { return try self.quotation() }
        while self.next < self.scalars.count, Self.isPlain(self.scalars[self.next]) { self.next += 1 }
        guard self.next > self.start else { throw self.missing(meaning) }
        var word = String.UnicodeScalarView()
        word.append(contentsOf: self.scalars[self.start..<self.next])
        return String(word)
    }

    private mutating func quotation() throws(PolicyTextError) -> String {
        var word = String.UnicodeScalarView()
        self.next += 1
        while self.next < self.scalars.count {
            defer { self.next += 1 }
            if self.scalars[self.next] == "\"" { return String(word) }
            if self.scalars[self.next] == "\\" { self.next += 1 }
            if self.next < self.scalars.count { word.append(self.scalars[self.next]) }
        }
        throw self.error("the quote that begins here has no end")
    }

    // MARK: - What stands between arguments

    /// Whether no argument is left.
    public var isAtEnd: Bool {
        var copy = self
        return !self.isOpen || copy.peek() == ")"
    }

    /// Takes a separator if it comes next; says whether it does.
    public mutating func take(_ separator: Unicode.Scalar) -> Bool {
        guard self.isOpen, self.peek() == separator else { return false }
        self.start = self.next
        self.next += 1
        return true
    }

    /// Takes a separator that must come next.
    public mutating func expect(_ separator: Unicode.Scalar) throws(PolicyTextError) {
        guard self.take(separator) else { throw self.missing("\"\(self.isOpen ? separator : "(")\"") }
    }

    /// An error about what was taken last.
    public func error(_ message: String) -> PolicyTextError { self.failure(message, at: self.start) }

    /// A text in the form in which ``word(_:)`` reads it back.
    public static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.unicodeScalars.allSatisfy(Self.isPlain) { return word }
        var quoted: String.UnicodeScalarView = "\"".unicodeScalars
        for scalar in word.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.append("\\") }
            quoted.append(scalar)
        }
        quoted.append("\"")
        return String(quoted)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ",", ";", "(", ")", "=", ":", "\"", "\\": false
        default: !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
        }
    }

    /// The next scalar that is not white space, which is skipped.
    private mutating func peek() -> Unicode.Scalar? {
        while self.next < self.scalars.count, self.scalars[self.next].properties.isWhitespace { self.next += 1 }
        return self.next < self.scalars.count ? self.scalars[self.next] : nil
    }

    private func missing(_ what: String) -> PolicyTextError {
        self.failure("expected \(what)" + (self.usage.map { "; the form is \($0)" } ?? ""), at: self.next)
    }

    private func unknown(_ thing: String, _ name: String, among names: [String], _ known: String) -> PolicyTextError {
        let list = names.map { "\"\($0)\"" }.joined(separator: ", ")
        let near = name.utf8.count <= 64 ? name.nearest(among: names) : nil
        let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
        return self.error("unknown \(thing); \(known) \(list)\(hint)")
    }

    private func failure(_ message: String, at offset: Int) -> PolicyTextError {
        PolicyTextError(message, text: self.text, offset: offset)
    }
}
