internal import RegionKitCore

// The changes of an update.
extension Arguments {
    /// What `--set`, `--remove` and `--add` say, and which `#N` they use.
    func update() throws(Failure) -> (update: Update, names: Set<String>) {
        let names = try self.names()
        var update = Update()
        var used: Set<String> = []
        func path(_ text: String, _ place: String) throws(Failure) -> AttributePath {
            try AttributePath(text: text, names: names, used: &used, for: place)
        }
        for text in self.values(.set) {
            let (target, value) = try Self.assignment(text, .set, else: .string)
            update = update.set(try path(target, "--set"), value)
        }
        for text in self.values(.remove) { update = update.remove(try path(text, "--remove")) }
        for text in self.values(.add) {
            let (target, value) = try Self.assignment(text, .add, else: .number)
            update = update.add(try path(target, "--add"), value)
        }
        guard !update.actions.isEmpty else {
            throw .usage("nothing is to be changed; give --set, --remove or --add.")
        }
        return (update, used)
    }

    /// Reads `A=V` or `A:T=V`.
    private static func assignment(
        _ text: String,
        _ option: Option,
        else kind: AttributeValue.Kind
    ) throws(Failure) -> (String, AttributeValue) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let target = parts[0].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        var kind = kind
        if target.count == 2 {
            guard let named = AttributeValue.Kind(rawValue: target[1]) else {
                let kinds = AttributeValue.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw .usage(
                    "--\(option.name): unknown type \(target[1].shown); known are \(kinds). A name with a colon is given "
                        + "by --name '#n=…'."
                )
            }
            kind = named
        }
        guard parts.count == 2 || kind == .null else {
            throw .usage("--\(option.name): found \(text.shown); it is written \(option.usage).")
        }
        let value = parts.count == 2 ? parts[1] : ""
        return (target[0], try AttributeValue(kind, text: value, for: "--\(option.name) \(target[0])"))
    }
}

extension AttributePath {
    /// Reads a place as DynamoDB writes it, `a.b[2].#n`; other characters than these signs stand for themselves.
    init(
        text: String,
        names: [String: String],
        used: inout Set<String>,
        for place: String
    ) throws(Failure) {
        var parts: [String] = []
        var steps: [Step] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            var name = String(part.prefix { $0 != "[" })
            var rest = part.dropFirst(name.count)
            if name.hasPrefix("#") {
                guard let meant = names[name] else {
                    throw .usage("\(place): \(name.shown) is not given; add --name '\(name)=…'.")
                }
                used.insert(name)
                name = meant
            }
            guard !name.isEmpty else { throw Self.malformed(text, place) }
            parts.append(name)
            if parts.count > 1 { steps.append(.key(name)) }
            while !rest.isEmpty {
                guard let match = rest.prefixMatch(of: /\[([0-9]{1,9})\]/), let position = Int(match.1) else {
                    throw Self.malformed(text, place)
                }
                steps.append(.index(position))
                rest = rest[match.range.upperBound...]
            }
        }
        self.init(parts[0], steps)
    }

    private static func malformed(_ text: String, _ place: String) -> Failure {
        .usage(
            "\(place): found \(text.shown); a place is written as in owner, meta.owner or tags[0]. A name with such signs "
                + "is given by --name '#n=…'."
        )
    }
}
