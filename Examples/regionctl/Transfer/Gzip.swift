internal import Dispatch
internal import Foundation
internal import RegionKitCore

/// The system's gzip at work on a file.
final class Gzip: Sendable {
    enum Direction: String {
        /// From the pipe into the file.
        case compress = "-nc"
        /// From the file into the pipe.
        case decompress = "-dc"
    }

    /// Our end of the pipe: what is read from it or written to it.
    var descriptor: Int32 { self.ownEnd.fileDescriptor }

    private let process: Process
    private let ownEnd: FileHandle
    private let messages: FileHandle
    private let ended = DispatchSemaphore(value: 0)

    /// Starts it.
    ///
    /// - Parameter environment: Where `PATH` is looked up.
    init(_ direction: Direction, file: Int32, environment: [String: String]) throws(Failure) {
        guard let path = Self.path(in: environment["PATH"] ?? "/usr/bin:/bin") else {
            throw .usage(
                """
                gzip was not found on PATH. Install it (on Debian and Ubuntu: apt-get install gzip), or use a file \
                that is not compressed.
                """
            )
        }
        let (pipe, messages) = (Pipe(), Pipe())
        let file = FileHandle(fileDescriptor: file)
        self.ownEnd = direction == .compress ? pipe.fileHandleForWriting : pipe.fileHandleForReading
        self.messages = messages.fileHandleForReading
        self.process = Process()
        self.process.executableURL = URL(filePath: path)
        self.process.arguments = [direction.rawValue]
        // It would take options from a variable GZIP.
        self.process.environment = [:]
        self.process.standardInput = direction == .compress ? pipe : file
        self.process.standardOutput = direction == .compress ? file : pipe
        self.process.standardError = messages
        self.process.terminationHandler = { [ended = self.ended] _ in ended.signal() }
        do {
            try self.process.run()
        } catch {
            throw .usage("\(path) cannot be started: \(error.localizedDescription)")
        }
    }

    /// Closes our end, which lets it end.
    func close() {
        try? self.ownEnd.close()
    }

    /// Waits for its end, which is near once its input has ended or nobody reads its output; blocks its thread.
    ///
    /// - Returns: What it complains of; nil when all went well.
    func problem() throws(Failure) -> String? {
        self.ended.wait()
        self.ended.signal()
        let status = self.process.terminationStatus
        guard self.process.terminationReason == .exit else {
            // A Ctrl-C goes to it too.
            if [SIGINT, SIGTERM].contains(status) { throw Failure(CancellationError()) }
            return "gzip: ended by signal \(status)"
        }
        guard status != 0 else { return nil }
        let text = String(decoding: self.messages.availableData.prefix(1000), as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return words.isEmpty ? "gzip: exit status \(status)" : words
    }

    private static func path(in search: String) -> String? {
        search.split(separator: ":").map { "\($0)/gzip" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
