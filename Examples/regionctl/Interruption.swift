internal import Dispatch
internal import Foundation
internal import Synchronization

/// Ctrl-C and SIGTERM: the command is cancelled and cleans up; a second signal ends the process at once.
///
/// Before the process ends or stops in any other way by a signal from the terminal, the terminal is put in order.
enum Interruption {
    private static let first = Atomic<Int32>(0)
    private static let screen = Mutex<(leave: @Sendable () -> Void, enter: @Sendable () -> Void)?>(nil)

    /// Whether the command was asked to end by SIGTERM, as a service manager does, and not by a person.
    static var isTermination: Bool { self.first.load(ordering: .relaxed) == SIGTERM }

    /// Takes the terminal over: `leave` puts it in order and `enter` takes it again, whenever the process stops and
    /// continues, until ``releaseTerminal()``.
    static func takeTerminal(leave: @escaping @Sendable () -> Void, enter: @escaping @Sendable () -> Void) {
        self.screen.withLock { screen in
            screen = (leave, enter)
            enter()
        }
    }

    /// Puts the terminal in order for good.
    static func releaseTerminal() {
        self.screen.withLock { screen in
            screen?.leave()
            screen = nil
        }
    }

    static func watching(_ body: @Sendable @escaping () async throws -> ExitCode) async throws -> ExitCode {
        let command = Task { try await body() }
        let sources = [SIGINT, SIGTERM, SIGTSTP, SIGQUIT].map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { self.received(number, command) }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        do {
            return try await command.value
        } catch  where command.isCancelled {
            throw Failure(interruptedBy: error)
        }
    }

    private static func received(_ number: Int32, _ command: Task<ExitCode, any Error>) {
        switch number {
        case SIGTSTP:
            self.screen.withLock { $0?.leave() }
            kill(getpid(), SIGSTOP)
            self.screen.withLock { $0?.enter() }
        case SIGQUIT:
            self.releaseTerminal()
            _ = signal(SIGQUIT, SIG_DFL)
            kill(getpid(), SIGQUIT)
        default:
            if command.isCancelled {
                self.releaseTerminal()
                _exit(ExitCode.interrupted.rawValue)
            }
            self.first.store(number, ordering: .relaxed)
            command.cancel()
        }
    }
}
