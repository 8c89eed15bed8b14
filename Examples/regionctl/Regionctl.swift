internal import Foundation
internal import RegionKitCore

/// The operator's tool.
@main
enum Regionctl {
    static let version = "0.1.0"

    static func main() async {
        // A reader that goes away (`| head`) must not end a command before it has cleaned up.
        _ = signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        let environment = ProcessInfo.processInfo.environment
        let console = Console(isJSON: words.prefix { $0 != "--" }.contains("--json"), environment: environment)
        exit(console.end(await self.run(words, console, environment)).rawValue)
    }

    private static func run(_ words: [String], _ console: Console, _ environment: [String: String]) async -> ExitCode {
        do {
            try self.checkEncoding()
            switch try Request(words) {
            case .help(let text):
                if console.isJSON { console.output(["help": .string(text)]) } else { console.output(text) }
                return .done
            case .version:
                if console.isJSON {
                    console.output(["version": .string(self.version)])
                } else {
                    console.output("regionctl \(self.version)")
                }
                return .done
            case .command(let command, let arguments):
                let invocation = Invocation(arguments: arguments, console: console, environment: environment)
                return try await Interruption.watching { try await command.run(invocation) }
            }
        } catch {
            let failure = Failure(error)
            console.report(failure)
            return failure.exit
        }
    }

    /// Refuses arguments that are not UTF-8: repaired, two different keys could become one.
    private static func checkEncoding() throws(Failure) {
        for number in CommandLine.arguments.indices.dropFirst() {
            guard let argument = unsafe CommandLine.unsafeArgv[number],
                unsafe String(validatingCString: argument) == nil
            else { continue }
            throw .usage("argument \(number) is not UTF-8; text must be, and binary values are given as base64.")
        }
    }
}
