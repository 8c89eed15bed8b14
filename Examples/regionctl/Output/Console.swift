internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// Where a command writes: results to standard output; with `--json` a document there and all else to standard error.
final class Console: Sendable {
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case cyan = "36"
    }

    /// The widest line.
    static let width = 80

    /// Whether a JSON document is asked for.
    let isJSON: Bool
    /// Whether the lines are read on a terminal: only there stand tables, colour and progress.
    let isTerminal: Bool
    private let usesColour: Bool
    /// Whether a progress line stands on the terminal now.
    private let hasProgress = Mutex(false)
    /// Why standard output could not be written, the first time that it could not.
    private let problem = Mutex<String?>(nil)

    init(isJSON: Bool, isTerminal: Bool, usesColour: Bool) {
        self.isJSON = isJSON
        self.isTerminal = isTerminal
        self.usesColour = usesColour
    }

    convenience init(isJSON: Bool, environment: [String: String]) {
        let isTerminal = isatty(isJSON ? STDERR_FILENO : STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
        self.init(
            isJSON: isJSON,
            isTerminal: isTerminal,
            usesColour: isTerminal && environment["NO_COLOR"]?.isEmpty != false
        )
    }

    /// Whether somebody can still read standard output: a command that runs until it is stopped ends without a reader.
    var hasReader: Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return unsafe poll(&output, 1, 0) <= 0 || output.revents & Int16(POLLERR | POLLHUP | POLLNVAL) == 0
    }

    /// The text in a style, where colour is wanted.
    func styled(_ text: String, _ style: Style?) -> String {
        guard let style, self.usesColour else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// A line of the narrative; with `--json` only a person at a terminal sees it.
    func line(_ text: String = "") {
        guard !self.isJSON || self.isTerminal else { return }
        self.hasProgress.withLock { hasProgress in
            self.emit((hasProgress ? "\r\u{1B}[2K" : "") + text + "\n", to: self.narrative)
            hasProgress = false
        }
    }

    /// Redraws the progress line, on a terminal; nil takes it away.
    func progress(_ text: String?) {
        guard self.isTerminal else { return }
        self.hasProgress.withLock { hasProgress in
            guard hasProgress || text != nil else { return }
            self.emit("\r\u{1B}[2K" + (text ?? ""), to: self.narrative)
            hasProgress = text != nil
        }
    }

    /// A line of a log, which is no part of a document.
    func log(_ text: String) {
        self.emit(text + "\n", to: self.narrative)
    }

    /// What was asked for, as text on standard output.
    func output(_ text: String) {
        self.emit(text + "\n", to: STDOUT_FILENO)
    }

    /// What was asked for, as a document on standard output.
    func output(_ document: JSON) {
        self.output("\(document)")
    }

    /// What is said beside the result, on standard error.
    func note(_ text: String) {
        self.progress(nil)
        self.emit(text.harmless + "\n", to: STDERR_FILENO)
    }

    /// Tells why a command failed.
    func report(_ failure: Failure) {
        self.progress(nil)
        if self.isJSON { self.output(failure.json) }
        self.emit("regionctl: \(failure.message.harmless)\n", to: STDERR_FILENO)
        for attempt in failure.attempts { self.emit("  \("\(attempt)".harmless)\n", to: STDERR_FILENO) }
    }

    /// The exit code of a command that would end with another one: what could not be written is not done.
    func end(_ code: ExitCode) -> ExitCode {
        guard let problem = self.problem.withLock(\.self) else { return code }
        self.emit("regionctl: standard output cannot be written: \(problem).\n", to: STDERR_FILENO)
        return code == .done ? .no : code
    }

    private var narrative: Int32 { self.isJSON ? STDERR_FILENO : STDOUT_FILENO }

    /// Writes to standard output as it is.
    func send(_ text: String) {
        self.emit(text, to: STDOUT_FILENO)
    }

    private func emit(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                bytes = bytes.dropFirst(count)
                continue
            }
            let code = errno
            if code == EINTR { continue }
            if code == EAGAIN {
                var output = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&output, 1, 1000)
                continue
            }
            // The command goes on: it still has to clean up. A reader that went away is no problem at all.
            guard descriptor == STDOUT_FILENO, code != EPIPE else { return }
            let reason = unsafe String(cString: strerror(code))
            return self.problem.withLock { $0 = $0 ?? reason }
        }
    }
}
