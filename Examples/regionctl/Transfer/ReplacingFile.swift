internal import Foundation

/// A file that takes another one's place once it is whole and on disk; until then that one stays as it is.
///
/// Its owner alone may read it. All methods block their thread.
final class ReplacingFile: Sendable {
    private let path: String
    private let temporary: String
    let descriptor: Int32

    init(_ path: String) throws(Failure) {
        self.path = path
        let target = URL(fileURLWithPath: path)
        let name = ".\(target.lastPathComponent).\(ProcessInfo.processInfo.processIdentifier)"
        self.temporary = target.deletingLastPathComponent().appending(path: name).path
        // What a killed process with the same number left.
        unsafe unlink(self.temporary)
        self.descriptor = unsafe open(self.temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard self.descriptor >= 0 else { throw .output(path) }
    }

    deinit {
        close(self.descriptor)
    }

    func write(_ bytes: [UInt8]) throws(Failure) {
        guard Self.write(bytes[...], to: self.descriptor) == bytes.count else {
            throw .output(self.path)
        }
    }

    /// Brings the bytes to the disk and puts the file in its place.
    func commit() throws(Failure) {
        guard fsync(self.descriptor) == 0, unsafe rename(self.temporary, self.path) == 0 else {
            throw .output(self.path)
        }
        let folder = URL(fileURLWithPath: self.path).deletingLastPathComponent().path
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        // Without it the name, not the content, may be lost with the power.
        fsync(descriptor)
        close(descriptor)
    }

    /// Removes what was written.
    func discard() {
        unsafe unlink(self.temporary)
    }

    /// Writes bytes; fewer than all only after an error, which `errno` tells.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Int {
        unsafe bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count, let base = buffer.baseAddress {
                let count = unsafe Foundation.write(descriptor, base + done, buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { return done }
                done += count
            }
            return done
        }
    }
}
