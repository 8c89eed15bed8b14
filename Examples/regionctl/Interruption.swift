internal import Dispatch
internal import Foundation

/// Ctrl-C and SIGTERM: the command is cancelled and cleans up; a second signal ends the process at once.
enum Interruption {
    static func watching(_ body: @Sendable @escaping () async throws -> ExitCode) async throws -> ExitCode {
        let command = Task { try await body() }
        let sources = [SIGINT, SIGTERM].map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if command.isCancelled { _exit(ExitCode.interrupted.rawValue) }
                command.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            return try await command.value
        } catch  where command.isCancelled {
            throw CancellationError()
        }
    }
}
