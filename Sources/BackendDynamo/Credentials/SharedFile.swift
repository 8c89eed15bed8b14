/// The profiles of one of the shared files, as <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html> says.
struct SharedFile {
    /// Which of the two it is; they name their sections differently.
    enum Kind {
        /// `config`: `[default]`, `[profile name]` and `[sso-session name]`.
        case configuration
        /// `credentials`: `[name]`.
        case credentials
    }

    private(set) var profiles: [String: SharedSection] = [:]
    private(set) var sessions: [String: SharedSection] = [:]

    private enum Place: Hashable {
        case nowhere
        /// A section that means nothing here; its lines are checked and dropped.
        case ignored
        /// Whether it says `profile`: `[profile default]` counts before `[default]`.
        case profile(String, isPrefixed: Bool)
        case session(String)
    }

    private var place = Place.nowhere
    /// The property that an indented line goes on.
    private var property: (name: String, isEmpty: Bool)?
    private var sections: [Place: SharedSection] = [:]

    /// Reads a file; throws with the number of the line that is wrong, and never with its text.
    ///
    /// Sections of one name merge, the last property of a name counts, and names with odd characters are passed over.
    init(_ text: String, kind: Kind, path: String) throws(CredentialError) {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            guard let problem = self.take(line, kind: kind) else { continue }
            throw CredentialError(
                .invalid,
                step: ProfileCredentials.step,
                "\(path), line \(index + 1): \(problem)."
            )
        }
        for (place, section) in self.sections {
            switch place {
            case .profile(let name, let isPrefixed):
                if isPrefixed || self.sections[.profile(name, isPrefixed: true)] == nil {
                    self.profiles[name] = section
                }
            case .session(let name): self.sessions[name] = section
            case .nowhere, .ignored: break
            }
        }
        self.sections = [:]
    }

    /// Takes in a line; answers what is wrong with it.
    private mutating func take(_ line: Substring, kind: Kind) -> String? {
        let content = Self.trimmed(line)
        guard let first = content.first, !"#;".contains(first) else { return nil }
        if line.first == " " || line.first == "\t", first != "[" { return self.takeContinuation(content) }
        if first == "[" { return self.takeSection(content, kind: kind) }
        guard let equals = content.firstIndex(of: "=") else { return "there is no equals sign" }
        let name = Self.trimmed(content[..<equals])
        guard !name.isEmpty else { return "there is no name before the equals sign" }
        guard self.place != .nowhere else { return "a setting stands before the first section" }
        let value = Self.withoutComment(content[content.index(after: equals)...])
        self.property = (String(name), value.isEmpty)
        if Self.isName(name) { self.sections[self.place, default: SharedSection()][String(name)] = value }
        return nil
    }

    private mutating func takeContinuation(_ content: Substring) -> String? {
        guard let property = self.property else { return "an indented line follows no setting" }
        guard !property.isEmpty else {
            // Settings below an empty one, such as those of `s3 =`, are of no use here.
            return content.contains("=") && content.first != "=" ? nil : "an indented line is no setting"
        }
        if let value = self.sections[self.place]?[property.name] {
            self.sections[self.place]?[property.name] = "\(value)\n\(content)"
        }
        return nil
    }

    private mutating func takeSection(_ content: Substring, kind: Kind) -> String? {
        guard let end = content.firstIndex(of: "]") else { return "a section has no closing bracket" }
        let rest = Self.trimmed(content[content.index(after: end)...])
        guard rest.isEmpty || "#;".contains(rest[rest.startIndex]) else { return "text follows a closing bracket" }
        let words = content[..<end].dropFirst().split(whereSeparator: { " \t".contains($0) })
        self.property = nil
        self.place = .ignored
        guard let name = words.last.map(String.init), Self.isName(words[words.count - 1]) else { return nil }
        switch (kind, words.count, words[0]) {
        case (.credentials, 1, _): self.place = .profile(name, isPrefixed: false)
        case (.configuration, 1, "default"): self.place = .profile(name, isPrefixed: false)
        case (.configuration, 2, "profile"): self.place = .profile(name, isPrefixed: true)
        case (.configuration, 2, "sso-session"): self.place = .session(name)
        default: return nil
        }
        // A section without settings exists too.
        self.sections[self.place, default: SharedSection()].merge(SharedSection())
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { " \t".contains($0) }
        while let last = text.last, " \t".contains(last) { text.removeLast() }
        return text
    }

    /// The value before a comment, which begins with a space.
    private static func withoutComment(_ text: Substring) -> String {
        let comment = [" #", " ;", "\t#", "\t;"].compactMap { text.firstRange(of: $0)?.lowerBound }.min()
        return String(self.trimmed(text[..<(comment ?? text.endIndex)]))
    }

    private static func isName(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_/.%@:+".utf8.contains(byte)
            }
        }
    }
}

extension SharedFile: CustomStringConvertible, CustomReflectable {
    var description: String { "profiles \(self.profiles.keys.sorted())" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
