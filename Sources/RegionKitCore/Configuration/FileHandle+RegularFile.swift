internal import Foundation

extension FileHandle {
    /// Opens a regular file for reading, and nothing else: a pipe or a device may let its reader wait for ever.
    ///
    /// - Parameter flags: Further flags of `open`.
    /// - Returns: nil where that is not possible; `errno` is `ENOENT` only if there is nothing.
    static func regularFile(_ path: String, flags: Int32 = 0) -> FileHandle? {
        let descriptor = unsafe open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags)
        guard descriptor >= 0 else { return nil }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            try? handle.close()
            errno = EINVAL
            return nil
        }
        return handle
    }
}
