internal import RegionKitCore

/// The members of a JSON object that holds secrets: nothing of it is printed.
struct JSONDocument {
    private let members: [String: JSON]

    init(_ bytes: [UInt8], step: String) throws(CredentialError) {
        let json: JSON
        do {
            json = try JSONParser.parse(bytes)
        } catch {
            throw CredentialError(
                .invalid,
                step: step,
                "The answer is no JSON document (line \(error.line), column \(error.column))."
            )
        }
        guard let document = JSONDocument(json) else {
            throw CredentialError(.invalid, step: step, "The answer is no JSON object.")
        }
        self = document
    }

    private init?(_ json: JSON?) {
        guard case .object(let members) = json else { return nil }
        self.members = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// A text; nil when it is missing, empty or something else.
    subscript(name: String) -> String? {
        guard case .string(let text) = self.members[name], !text.isEmpty else { return nil }
        return text
    }

    func integer(_ name: String) -> Int? {
        guard case .integer(let value) = self.members[name] else { return nil }
        return value
    }

    func object(_ name: String) -> JSONDocument? {
        JSONDocument(self.members[name])
    }

    /// A text that must be there.
    func text(_ name: String, step: String) throws(CredentialError) -> String {
        guard let text = self[name] else {
            throw CredentialError(.invalid, step: step, "The answer has no \(name).")
        }
        return text
    }

    /// A date in milliseconds since 1970; nil when it is missing.
    func milliseconds(_ name: String, step: String) throws(CredentialError) -> Int64? {
        guard let text = self[name] else { return nil }
        guard let date = CivilTime(rfc3339: text) else {
            throw CredentialError(.invalid, step: step, "\(name) is no date such as 2026-01-31T12:00:00Z.")
        }
        return date.seconds * 1000
    }
}

extension JSONDocument: CustomStringConvertible, CustomReflectable {
    var description: String { "a document" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
