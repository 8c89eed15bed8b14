/// One command: what it is called, what it takes and what it does.
struct Command: Sendable {
    let name: String
    let summary: String
    /// What else its help says.
    let discussion: String
    /// The ways to call it.
    let forms: [Form]
    /// Its own options.
    let options: [Option]
    /// Lines that its help shows as they are.
    let examples: [String]
    /// Whether it reads the configuration file, which every command accepts.
    let needsConfiguration: Bool
    let run: @Sendable (Invocation) async throws -> ExitCode

    init(
        _ name: String,
        _ summary: String,
        discussion: String,
        operands forms: [Form] = [""],
        options: [Option] = [],
        examples: [String] = [],
        needsConfiguration: Bool = true,
        run: @Sendable @escaping (Invocation) async throws -> ExitCode
    ) {
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.forms = forms
        self.options = options
        self.examples = examples
        self.needsConfiguration = needsConfiguration
        self.run = run
    }

    /// Every command, in the order of the help.
    static let all: [Command] = [
        .demo, .status, .get, .put, .update, .delete, .query, .scan, .importFile, .export, .explain, .prefer, .evacuate,
        .restore, .adopt, .forget, .fault, .simulate, .bench, .replicate, .setUp, .verify,
    ]

    /// Its own options and those of all commands.
    var allOptions: [Option] { self.options + [.config, .json, .help] }

    /// The options that its help explains.
    var shownOptions: [Option] { self.allOptions.filter { $0 != .config || self.needsConfiguration } }

    /// How one form is written.
    func usage(_ form: Form) -> String {
        ["regionctl", self.name, form.text, "[OPTIONS]"].filter { !$0.isEmpty }.joined(separator: " ")
    }

    var help: String {
        let examples = self.examples.map { "  \($0)" }
        return Help.sections(
            [
                "\(self.summary) \(self.discussion)".wrapped().joined(separator: "\n"),
                Help.table("Options", self.shownOptions.map { ($0.usage, $0.summary) }),
                examples.isEmpty ? "" : (["Examples"] + examples).joined(separator: "\n"),
            ],
            usage: self.forms.map(self.usage).joined(separator: "\n       ")
        )
    }
}
