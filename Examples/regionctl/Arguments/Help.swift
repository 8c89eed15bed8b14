/// The help texts, made from the tables of commands and options.
enum Help {
    static var overview: String {
        self.sections(
            [
                "Keeps one table in several regions: runs it, watches it, and shows what it does.",
                self.table("Commands", Command.all.map { ($0.name, $0.summary) }),
                self.table("Options", [Option.json, .help, .version].map { ($0.usage, $0.summary) }),
                self.table("Exit codes", ExitCode.allCases.map { ("\($0.rawValue)", $0.meaning) }),
                "`regionctl COMMAND --help` tells more about a command.",
            ],
            usage: "regionctl COMMAND [OPTIONS]"
        )
    }

    static func sections(_ sections: [String], usage: String) -> String {
        (["usage: \(usage)"] + sections.filter { !$0.isEmpty }).joined(separator: "\n\n")
    }

    static func table(_ title: String, _ rows: [(String, String)]) -> String {
        let width = rows.map(\.0.count).max() ?? 0
        let lines = rows.map { name, text in
            let indent = String(repeating: " ", count: width + 4)
            let wrapped = text.wrapped(to: Console.width - indent.count).joined(separator: "\n\(indent)")
            return "  \(name.padded(to: width))  \(wrapped)"
        }
        return ([title] + lines).joined(separator: "\n")
    }
}
