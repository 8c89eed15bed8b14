internal import RegionKitCore

/// What the command line asks for.
enum Request {
    case help(String)
    case version
    case command(Command, Arguments)

    init(_ words: [String]) throws(Failure) {
        var (leading, rest) = ([String](), words[...])
        // Options of all commands may stand before the command's name.
        while let word = rest.first, word == "--json" || word == "--config" || word.hasPrefix("--config=") {
            leading += rest.prefix(word == "--config" ? 2 : 1)
            rest = rest.dropFirst(word == "--config" ? 2 : 1)
        }
        guard let name = rest.popFirst() else {
            throw .usage("a command is missing; `regionctl --help` lists them.")
        }
        switch name {
        case "--version":
            self = .version
        case "--help", "-h":
            self = .help(Help.overview)
        case "help":
            let topics = rest.filter { !["--json", "--help", "-h"].contains($0) }
            guard topics.count < 2 else {
                throw .usage("unexpected \(topics[1].shown): regionctl help [COMMAND].")
            }
            self = .help(try topics.first.map { name throws(Failure) in try Self.command(name).help } ?? Help.overview)
        default:
            let command = try Self.command(name)
            let arguments = try Arguments(leading + rest, for: command)
            self = arguments.has(.help) ? .help(command.help) : .command(command, arguments)
        }
    }

    private static func command(_ name: String) throws(Failure) -> Command {
        if let command = Command.all.first(where: { $0.name == name }) { return command }
        let what = name.hasPrefix("-") ? "option" : "command"
        let known = name.hasPrefix("-") ? ["--help", "--version", "--json"] : Command.all.map(\.name)
        throw .usage("unknown \(what) \(name.visible)" + name.suggestion(from: known, else: "; known are "))
    }
}
