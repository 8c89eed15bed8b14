internal import Dispatch
internal import Foundation
internal import Synchronization

/// The bytes of one input, a piece at a time: a file, what gzip makes of one, or standard input.
final class ByteSource: Sendable {
    /// How much is read at once at most.
    static let pieceSize = 1 << 20

    private let name: String
    private let file: Int32
    private let gzip: Gzip?
    private let isCancelled = Atomic(false)
    private let queue = DispatchQueue(label: "regionctl.source")

    /// Opens an input.
    ///
    /// - Parameter path: The file; nil for standard input.
    init(_ path: String?, isCompressed: Bool = false, environment: [String: String]) throws(Failure) {
        self.name = path ?? "standard input"
        self.file = if let path { unsafe open(path, O_RDONLY | O_CLOEXEC) } else { STDIN_FILENO }
        guard self.file >= 0 else { throw .file(self.name, "cannot be read") }
        do throws(Failure) {
            self.gzip = isCompressed ? try Gzip(.decompress, file: self.file, environment: environment) : nil
        } catch {
            close(self.file)
            throw error
        }
    }

    deinit {
        if self.file != STDIN_FILENO { close(self.file) }
        self.gzip?.close()
    }

    /// How many bytes of the file, compressed where it is so, have been read; 0 where nobody knows.
    var position: Int { max(0, Int(lseek(self.file, 0, SEEK_CUR))) }

    /// The next piece; empty at the end.
    ///
    /// - Parameter count: How many bytes are stepped over first; at the stream's beginning only.
    /// - Throws: When it cannot be read, when a compressed file turns out to be damaged, or when the task is cancelled.
    func next(skipping count: Int = 0) async throws(Failure) -> [UInt8] {
        let piece = await withTaskCancellationHandler {
            await self.queue.blocking { () throws(Failure) in try self.read(skipping: count) }
        } onCancel: {
            self.isCancelled.store(true, ordering: .relaxed)
        }
        return try piece.get()
    }

    private func read(skipping count: Int) throws(Failure) -> [UInt8] {
        var left = count
        if self.gzip == nil, left > 0 {
            guard lseek(self.file, off_t(left), SEEK_SET) >= 0 else { throw self.unreadable }
            left = 0
        }
        while true {
            let piece = try self.read()
            if piece.count > left { return left == 0 ? piece : Array(piece[left...]) }
            guard !piece.isEmpty else {
                guard left == 0 else { throw .usage("\(self.name) is shorter than it was when its import began.") }
                return piece
            }
            left -= piece.count
        }
    }

    private func read() throws(Failure) -> [UInt8] {
        let descriptor = self.gzip?.descriptor ?? self.file
        while true {
            // A pipe may stay empty for ever; a cancelled task shall not wait for that.
            var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let isReady = unsafe Foundation.poll(&poll, 1, 100) > 0
            guard !self.isCancelled.load(ordering: .relaxed) else { throw Failure(CancellationError()) }
            guard isReady else { continue }
            var failure: Int32 = 0
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceSize) { buffer, count in
                let result = unsafe Foundation.read(descriptor, buffer.baseAddress, Self.pieceSize)
                if result < 0 { failure = errno }
                count = max(0, result)
            }
            guard failure == 0 else {
                guard failure == EINTR else { throw self.unreadable }
                continue
            }
            // What a damaged archive gave looks whole; only its end tells.
            if piece.isEmpty, let problem = try self.gzip?.problem() {
                throw .usage("\(self.name) is damaged (\(problem)); its import is not complete.")
            }
            return piece
        }
    }

    private var unreadable: Failure { .file(self.name, "cannot be read") }
}
