import RegionKitCore
import Testing

@testable import regionctl

@Suite struct ArgumentsTests {
    private let command = Command(
        "move",
        "Moves.",
        discussion: "",
        operands: ["KEY"],
        options: [.seed, .keep, Option("set", value: "A", isRepeatable: true, "Sets.")],
        run: { _ in .done }
    )

    private static let hint = " A word that begins with a dash and is no option stands after --."

    private func message(_ words: [String]) -> String? {
        do throws(Failure) {
            _ = try Arguments(words, for: self.command)
            return nil
        } catch {
            #expect(error.exit == .usage)
            return error.message
        }
    }

    @Test func `options take their value from the next word or after an equals sign`() throws {
        let arguments = try Arguments(["--seed", "7", "k", "--set=a=1", "--set", "b=2", "--keep"], for: self.command)
        #expect(try arguments.integer(.seed, in: 0...9) == 7)
        #expect(arguments.operands == ["k"])
        #expect(arguments.values(Option("set", value: "A", isRepeatable: true, "Sets.")) == ["a=1", "b=2"])
        #expect(arguments.has(.keep))
        #expect(!arguments.has(.json))
    }

    @Test func `what follows two dashes is no option`() throws {
        #expect(try Arguments(["--", "--seed"], for: self.command).operands == ["--seed"])
    }

    @Test(arguments: [
        (["k", "--sed", "1"], "unknown option --sed; did you mean --seed?" + Self.hint),
        (["k", "--kepe"], "unknown option --kepe; did you mean --keep?" + Self.hint),
        (
            ["k", "--frobnicate"],
            "unknown option --frobnicate; move knows --seed, --keep, --set, --config, --json, --help." + Self.hint
        ),
        (["k", "--seed"], "--seed needs a value: --seed N."),
        (["k", "--seed", "--keep"], "--seed needs a value: --seed N."),
        (["k", "--seed="], "--seed needs a value: --seed N."),
        (["k", "--keep=yes"], "--keep takes no value."),
        (["k", "--seed", "1", "--seed", "2"], "--seed is given twice."),
        (["k", "l"], "unexpected \"l\": regionctl move KEY [OPTIONS]."),
        ([], "KEY is missing: regionctl move KEY [OPTIONS]."),
    ])
    func `wrong usage is named, with what is right`(_ words: [String], _ message: String) {
        #expect(self.message(words) == message)
    }

    @Test func `a negative number and a dash alone are words, not options`() throws {
        for word in ["-5", "-", "-0.5", "-.5"] {
            #expect(try Arguments([word], for: self.command).operands == [word])
        }
    }

    private static let push = Command(
        "push",
        "Pushes.",
        discussion: "",
        operands: ["get|put KEY", "scan", "--to R MODE"],
        options: [Option("to", value: "R", "Where to.")],
        run: { _ in .done }
    )

    @Test(arguments: [["get", "k"], ["put", "k"], ["scan"], ["--to", "r", "slow"], ["--to=r", "put"]])
    func `a command may be called in several ways`(_ words: [String]) throws {
        _ = try Arguments(words, for: Self.push)
    }

    @Test(arguments: [
        (["gte", "k"], "unknown \"gte\"; did you mean get?"),
        (["sweep"], "unknown \"sweep\"; known are get, put, scan."),
        (["get"], "KEY is missing: regionctl push get|put KEY [OPTIONS]."),
        (["scan", "k"], "unexpected \"k\": regionctl push scan [OPTIONS]."),
        (["--to", "r"], "MODE is missing: regionctl push --to R MODE [OPTIONS]."),
        (["--to", "r", "a", "b"], "unexpected \"b\": regionctl push --to R MODE [OPTIONS]."),
    ])
    func `of several ways the nearest is named`(_ words: [String], _ message: String) {
        let error = #expect(throws: Failure.self) { try Arguments(words, for: Self.push) }
        #expect(error?.message == message)
    }

    @Test func `an option that cannot be left away is asked for`() {
        let error = #expect(throws: Failure.self) { try Arguments(["k"], for: .put) }
        #expect(error?.message == "--item is missing: regionctl put KEY --item JSON [OPTIONS].")
    }

    @Test(arguments: ["0s", "10", "-1s", "5d", "x"]) func `a time without a unit, or none, names the rule`(
        _ text: String
    ) throws {
        let arguments = try Arguments(["r", "--for=\(text)"], for: .prefer)
        let error = #expect(throws: Failure.self) { try arguments.duration(.duration) }
        #expect(error?.message.hasPrefix("--for: found \"\(text)\"; allowed is a number above 0 with a unit") == true)
    }

    @Test(arguments: ["x", "1.5", "-1", "10"]) func `a number out of range names the range`(_ text: String) throws {
        let arguments = try Arguments(["k", "--seed=\(text)"], for: self.command)
        #expect(throws: Failure.self) { try arguments.integer(.seed, in: 0...9) }
    }

    @Test(arguments: [
        ("stat", "status"), ("staus", "status"), ("dmeo", "demo"), ("Demo", "demo"), ("list", nil), ("x", nil),
    ])
    func `the nearest name is found, and none where none is near`(_ word: String, _ name: String?) {
        #expect(word.nearest(among: ["demo", "status"]) == name)
    }

    @Test(arguments: [
        ["--json", "--config", "f", "status"], ["status", "--config=f", "--json"], ["--config=f", "--json", "demo"],
    ])
    func `options of all commands may stand before the command`(_ words: [String]) throws {
        guard case .command(_, let arguments) = try Request(words) else {
            Issue.record("no command")
            return
        }
        #expect(arguments.value(.config) == "f")
        #expect(arguments.has(.json))
    }

    @Test(arguments: [
        ["--help"], ["-h"], ["help"], ["help", "demo"], ["demo", "--help"], ["--json", "status", "-h"],
        ["help", "--json"], ["help", "--json", "demo"], ["help", "--help"],
    ])
    func `help is given wherever it is asked for`(_ words: [String]) throws {
        guard case .help(let text) = try Request(words) else {
            Issue.record("no help")
            return
        }
        #expect(text.hasPrefix("usage: regionctl"))
    }

    @Test(arguments: [
        (["help", "get", "extra"], "unexpected \"extra\": regionctl help [COMMAND]."),
        (["help", "gett"], "unknown command gett; did you mean get?"),
        (["a\u{1B}[2J"], "unknown command a\\u{1b}[2J; known are "),
        (["get", "--\u{1B}[2J"], "unknown option --\\u{1b}[2J; get knows "),
    ])
    func `other words where a command stands are named`(_ words: [String], _ message: String) {
        let error = #expect(throws: Failure.self) { try Request(words) }
        #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
    }

    @Test func `an unknown command names the nearest`() {
        #expect {
            try Request(["--json", "staus"])
        } throws: {
            ($0 as? Failure)?.message == "unknown command staus; did you mean status?"
        }
    }

    @Test(arguments: Command.all) func `every command explains all its options within 80 columns`(_ command: Command) {
        let help = command.help
        for option in command.shownOptions { #expect(help.contains("  \(option.usage)")) }
        for line in help.split(separator: "\n").dropFirst() { #expect(line.count <= 80) }
        #expect(Help.overview.contains("  \(command.name)"))
    }
}
