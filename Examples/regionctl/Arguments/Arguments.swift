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
            guard word.hasPrefix("-"), word != "-" else {
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
        guard self.operands.count >= command.operands.count else {
            let missing = command.operands[self.operands.count]
            throw .usage("\(missing) is missing: \(command.usage).")
        }
        guard self.operands.count == command.operands.count else {
            throw .usage("unexpected \"\(self.operands[command.operands.count])\": \(command.usage).")
        }
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

    private static func option(_ word: String, of command: Command) throws(Failure) -> Option {
        if word == "-h" { return .help }
        if let option = command.allOptions.first(where: { "--\($0.name)" == word }) { return option }
        let names = command.shownOptions.map { "--\($0.name)" }
        throw .usage("unknown option \(word)" + word.suggestion(from: names, else: "; \(command.name) knows "))
    }
}
