/// One command: what it is called, what it takes and what it does.
struct Command: Sendable {
    let name: String
    let summary: String
    /// What else its help says.
    let discussion: String
    /// The words it takes besides options, for example `KEY`.
    let operands: [String]
    /// Its own options.
    let options: [Option]
    /// Whether it reads the configuration file, which every command accepts.
    let needsConfiguration: Bool
    let run: @Sendable (Invocation) async throws -> ExitCode

    init(
        _ name: String,
        _ summary: String,
        discussion: String,
        operands: [String] = [],
        options: [Option] = [],
        needsConfiguration: Bool = true,
        run: @Sendable @escaping (Invocation) async throws -> ExitCode
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.operands = operands
        self.options = options
        self.needsConfiguration = needsConfiguration
        self.run = run
    }

    /// Every command, in the order of the help.
    static let all: [Command] = [.demo, .status, .importFile, .export]

    /// Its own options and those of all commands.
    var allOptions: [Option] { self.options + [.config, .json, .help] }

    /// The options that its help explains.
    var shownOptions: [Option] { self.allOptions.filter { $0 != .config || self.needsConfiguration } }

    var usage: String {
        let options = self.shownOptions.filter { $0 != .help }.map { "[\($0.usage)]" }
        return (["regionctl", self.name] + self.operands + options).joined(separator: " ")
    }

    var help: String {
        Help.sections(
            [
                "\(self.summary) \(self.discussion)".wrapped().joined(separator: "\n"),
                Help.table("Options", self.shownOptions.map { ($0.usage, $0.summary) }),
            ],
            usage: self.usage
        )
    }
}
