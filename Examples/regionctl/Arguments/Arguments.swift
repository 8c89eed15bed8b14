internal import RegionKitCore

/// The words after a command's name, checked against its options.
struct Arguments: Sendable {
    /// The words that belong to no option, in order.
    private(set) var operands: [String] = []
    private var values: [Option: [String]] = [:]

    init(_ words: [String], for command: Command) throws(Failure) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                self.operands += rest
                break
            }
            guard Self.isOption(word) else {
                self.operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let option = try Self.option(parts[0], of: command)
            var value = parts.count > 1 ? parts[1] : nil
            if let placeholder = option.value {
                // A value that begins with dashes can be given as --option=VALUE.
                if value == nil, rest.first?.hasPrefix("--") == false { value = rest.popFirst() }
                guard value?.isEmpty == false else {
                    throw .usage("--\(option.name) needs a value: --\(option.name) \(placeholder).")
                }
            } else if value != nil {
                throw .usage("--\(option.name) takes no value.")
            }
            guard self.values[option] == nil || option.isRepeatable else {
                throw .usage("--\(option.name) is given twice.")
            }
            self.values[option, default: []].append(value ?? "")
        }
        guard !self.has(.help) else { return }
        try self.check(command)
    }

    /// Whether an option was given.
    func has(_ option: Option) -> Bool { self.values[option] != nil }

    /// An option's value.
    func value(_ option: Option) -> String? { self.values[option]?.last }

    /// All values of an option that may be repeated.
    func values(_ option: Option) -> [String] { self.values[option] ?? [] }

    /// An option's value as a whole number.
    func integer(_ option: Option, in range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let text = self.value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .usage(
                "--\(option.name): found \"\(text)\"; allowed is a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return number
    }

    /// An option's value as a duration above zero.
    func duration(_ option: Option) throws(Failure) -> Duration? {
        guard let text = self.value(option) else { return nil }
        guard let duration = Duration(text: text), duration > .zero else {
            throw .usage("--\(option.name): found \(text.shown); \(Duration.rule).")
        }
        return duration
    }

    /// A dash alone, and a negative number, are words.
    private static func isOption(_ word: String) -> Bool {
        guard word.hasPrefix("-"), word != "-" else { return false }
        let digits = word.dropFirst(word.hasPrefix("-.") ? 2 : 1)
        return digits.first?.isNumber != true
    }

    /// Checks that one of the command's forms is kept to.
    private func check(_ command: Command) throws(Failure) {
        let given = self.values.keys.map { "--\($0.name)" }
        // Of two forms that fit, the one that needs an option which was given is meant.
        let fitting = command.forms.filter { $0.options.allSatisfy(given.contains) }
        let most = fitting.map(\.options.count).max() ?? 0
        var forms = fitting.filter { $0.options.count == most }
        if forms.isEmpty { forms = command.forms }
        if let word = self.operands.first {
            let choices = forms.compactMap { $0.choices(at: 0) }.flatMap(\.self)
            forms.removeAll { $0.choices(at: 0)?.contains(word) == false }
            guard !forms.isEmpty else {
                throw .usage("unknown \(word.shown)" + word.suggestion(from: choices, else: "; known are "))
            }
        }
        let count = self.operands.count
        guard let form = forms.first(where: { $0.operands.count == count }) ?? forms.first else { return }
        let usage = forms.map { command.usage($0) }.joined(separator: " or ")
        guard count >= form.operands.count else { throw .usage("\(form.operands[count]) is missing: \(usage).") }
        guard count == form.operands.count else {
            throw .usage("unexpected \(self.operands[form.operands.count].shown): \(usage).")
        }
        if let option = form.options.first(where: { !given.contains($0) }) {
            throw .usage("\(option) is missing: \(usage).")
        }
    }

    private static func option(_ word: String, of command: Command) throws(Failure) -> Option {
        if word == "-h" { return .help }
        if let option = command.allOptions.first(where: { "--\($0.name)" == word }) { return option }
        let names = command.shownOptions.map { "--\($0.name)" }
        var message = "unknown option \(word.visible)" + word.suggestion(from: names, else: "; \(command.name) knows ")
        if command.forms.contains(where: { !$0.operands.isEmpty }) {
            message += " A word that begins with a dash and is no option stands after --."
        }
        throw .usage(message)
    }
}
