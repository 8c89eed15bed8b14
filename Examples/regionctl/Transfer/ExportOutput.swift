internal import Dispatch
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// Where an export goes: a file that appears once it is whole, compressed or not, or standard output.
final class ExportOutput: Sendable {
    private static let standardOutput = "-"

    private let name: String
    private let replaces: Bool
    /// Nil for standard output.
    private let file: ReplacingFile?
    private let gzip: Gzip?
    private let isCancelled = Atomic(false)
    private let queue = DispatchQueue(label: "regionctl.export")

    /// Begins a file.
    ///
    /// - Parameters:
    ///   - name: `-` is standard output.
    ///   - replaces: Whether a file of that name may be replaced.
    ///   - environment: Where gzip is looked for.
    init(_ name: String, replaces: Bool, environment: [String: String]) throws(Failure) {
        (self.name, self.replaces) = (name, replaces)
        guard name != Self.standardOutput else {
            (self.file, self.gzip) = (nil, nil)
            return
        }
        try Self.check(name, replaces)
        let file = try ReplacingFile(name)
        self.file = file
        do throws(Failure) {
            self.gzip =
                name.hasSuffix(".gz") ? try Gzip(.compress, file: file.descriptor, environment: environment) : nil
        } catch {
            file.discard()
            throw error
        }
    }

    func write(_ bytes: [UInt8]) async throws(Failure) {
        let result = await withTaskCancellationHandler {
            await self.queue.blocking { () throws(Failure) in try self.writeHere(bytes) }
        } onCancel: {
            self.isCancelled.store(true, ordering: .relaxed)
        }
        try result.get()
    }

    /// Brings everything to the disk and gives the file its name.
    func finish() async throws(Failure) {
        guard let file = self.file else { return }
        let result = await self.queue.blocking { () throws(Failure) in
            self.gzip?.close()
            if let problem = try self.gzip?.problem() { throw self.failure(problem) }
            try Self.check(self.name, self.replaces)
            try file.commit()
        }
        try result.get()
    }

    /// Removes what was written to a file.
    func discard() {
        self.gzip?.close()
        self.file?.discard()
    }

    private func writeHere(_ bytes: [UInt8]) throws(Failure) {
        guard self.file == nil else {
            let descriptor = self.gzip?.descriptor ?? self.file?.descriptor ?? STDOUT_FILENO
            guard ReplacingFile.write(bytes[...], to: descriptor) < bytes.count else { return }
            let failure = Failure.output(self.name)
            // That the pipe is broken says less than why gzip left it.
            throw try self.gzip?.problem().map { self.failure($0) } ?? failure
        }
        // Whoever reads may pause for ever; a cancelled task shall not wait for that. A pipe that is ready takes so much.
        var rest = bytes[...]
        while !rest.isEmpty {
            var poll = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
            let isReady = unsafe Foundation.poll(&poll, 1, 100) > 0
            guard !self.isCancelled.load(ordering: .relaxed) else { throw Failure(CancellationError()) }
            guard isReady else { continue }
            let piece = rest.prefix(Int(PIPE_BUF))
            guard ReplacingFile.write(piece, to: STDOUT_FILENO) == piece.count else {
                throw .output("standard output")
            }
            rest = rest.dropFirst(piece.count)
        }
    }

    private func failure(_ problem: String) -> Failure {
        Failure(.no, .unavailable, "\(self.name) cannot be written (\(problem)).")
    }

    private static func check(_ name: String, _ replaces: Bool) throws(Failure) {
        var status = stat()
        guard unsafe lstat(name, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .usage("\(name) is there and no regular file.") }
        guard replaces else { throw .usage("\(name) is there already; pass --force to replace it.") }
    }
}
