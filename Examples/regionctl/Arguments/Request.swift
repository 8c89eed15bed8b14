/// What the command line asks for.
enum Request {
    case help(String)
    case version(String)
    case command(Command, Arguments)

    init(_ words: [String]) throws(Failure) {
        guard let first = words.first(where: { $0 != "--\(Option.json.name)" }) else {
            throw .usage("a command is missing; `regionctl --help` lists them.")
        }
        switch first {
        case "--version":
            self = .version("regionctl \(Regionctl.version)")
        case "--help", "-h":
            self = .help(Help.overview)
        case "help":
            guard let name = words.drop(while: { $0 != first }).dropFirst().first else {
                self = .help(Help.overview)
                return
            }
            self = .help(try Self.command(name).help)
        default:
            let command = try Self.command(first)
            var rest = words
            if let place = rest.firstIndex(of: first) { rest.remove(at: place) }
            let arguments = try Arguments(rest, for: command)
            self = arguments.has(.help) ? .help(command.help) : .command(command, arguments)
        }
    }

    private static func command(_ name: String) throws(Failure) -> Command {
        if let command = Command.all.first(where: { $0.name == name }) { return command }
        let what = name.hasPrefix("-") ? "option" : "command"
        let known = name.hasPrefix("-") ? ["--help", "--version", "--json"] : Command.all.map(\.name)
        throw .usage("unknown \(what) \(name)" + name.suggestion(from: known, else: "; known are "))
    }
}
