internal import Foundation

/// The operator's tool.
@main
enum Regionctl {
    static let version = "0.1.0"

    static func main() async {
        // A reader that goes away (`| head`) must not end a command before it has cleaned up.
        _ = signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        exit(await self.run(words, environment: ProcessInfo.processInfo.environment).rawValue)
    }

    private static func run(_ words: [String], environment: [String: String]) async -> ExitCode {
        let console = Console(isJSON: words.contains("--json"), environment: environment)
        do {
            switch try Request(words) {
            case .help(let text), .version(let text):
                console.output(text)
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
}
