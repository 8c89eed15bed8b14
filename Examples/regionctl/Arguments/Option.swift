/// One option of the command line; those of all commands stand in this table.
struct Option: Hashable, Sendable {
    /// Without the dashes.
    let name: String
    /// What stands for its value in the help; nil for an option without one.
    let value: String?
    /// Whether it may be given more than once.
    let isRepeatable: Bool
    let summary: String

    init(_ name: String, value: String? = nil, isRepeatable: Bool = false, _ summary: String) {
        self.name = name
        self.value = value
        self.isRepeatable = isRepeatable
        self.summary = summary
    }

    /// As it is written.
    var usage: String { "--\(self.name)" + (self.value.map { " \($0)" } ?? "") }
}

extension Option {
    static let json = Option("json", "One JSON document on standard output, nothing else.")
    static let help = Option("help", "Shows this text.")
    static let version = Option("version", "Shows the version.")
    static let config = Option(
        "config",
        value: "FILE",
        "The configuration; else the file named by REGIONKIT_CONFIG, else ./regionkit.json."
    )
    static let dir = Option(
        "dir",
        value: "D",
        "The folder for the databases, new, empty or of an earlier demo; else a temporary one."
    )
    static let seed = Option(
        "seed",
        value: "N",
        "Lets the clients choose as in another run; else drawn at random and shown."
    )
    static let keep = Option("keep", "Leaves the databases and their regionkit.json in place.")
}
