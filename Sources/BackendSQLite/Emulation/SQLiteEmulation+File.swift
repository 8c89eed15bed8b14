internal import Foundation
public import RegionKitCore

/// The control file beside a database: JSON that `regionctl` or an editor writes, and that is not trusted.
extension SQLiteEmulation {
    private static let maximumSize = 64 * 1024

    /// Where the control file of a database is.
    public static func controlFile(for database: String) -> String {
        database + "-faults.json"
    }

    /// Reads the control file of a database; nil when there is none.
    ///
    /// Throws `rejected` when the file is not a control file; it is never followed through a symbolic link, and at most
    /// 64 KB are read.
    public static func load(for database: String) throws(BackendError) -> SQLiteEmulation? {
        let path = self.controlFile(for: database)
        let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw DatabaseFile.refusal(path, "cannot be opened; it must be a regular file that this user can read.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard case .file = DatabaseFile.kind(of: path), let data = try? handle.read(upToCount: self.maximumSize + 1),
            data.count <= self.maximumSize
        else { throw DatabaseFile.refusal(path, "is not a regular file of at most 64 KB; remove it.") }
        do {
            return try JSONDecoder().decode(ControlFile.self, from: data).emulation
        } catch let error as ValidationError {
            throw DatabaseFile.refusal(path, "is no control file: \(error.message)")
        } catch {
            throw DatabaseFile.refusal(path, "is no control file; `regionctl fault R clear` removes it.")
        }
    }

    /// Changes what the control file of a database says; of several processes that do so at once, none undoes the
    /// change of another.
    ///
    /// - Returns: What is emulated now.
    /// - Throws: `rejected` when the file is not a control file, or cannot be written.
    @discardableResult
    public static func change(
        for database: String,
        _ body: (inout SQLiteEmulation) -> Void
    ) throws(BackendError) -> SQLiteEmulation {
        let path = self.controlFile(for: database)
        // The folder is locked and not the file, which is replaced.
        let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let folder = unsafe open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            let cause = DatabaseFile.systemMessage(errno)
            throw DatabaseFile.refusal(path, "cannot be changed; its folder cannot be opened: \(cause).")
        }
        defer { close(folder) }
        guard flock(folder, LOCK_EX) == 0 else {
            let cause = DatabaseFile.systemMessage(errno)
            throw DatabaseFile.refusal(path, "cannot be changed; its folder cannot be locked: \(cause).")
        }
        var emulation = try self.load(for: database) ?? .none
        body(&emulation)
        try emulation.save(for: database)
        return emulation
    }

    /// Writes the control file of a database, or removes it when nothing is emulated.
    public func save(for database: String) throws(BackendError) {
        let path = Self.controlFile(for: database)
        guard self != .none else {
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw DatabaseFile.refusal(path, "cannot be removed: \(DatabaseFile.systemMessage(errno)).")
            }
            return
        }
        // Readers see the old file or the new one, never a half.
        let draft = path + ".\(getpid()).new"
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw DatabaseFile.refusal(path, "cannot be written: \(DatabaseFile.systemMessage(errno)).")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: try JSONEncoder().encode(ControlFile(self)))
            try handle.close()
        } catch {
            unsafe unlink(draft)
            throw DatabaseFile.refusal(path, "cannot be written.")
        }
        guard unsafe rename(draft, path) == 0 else {
            throw DatabaseFile.refusal(path, "cannot be replaced: \(DatabaseFile.systemMessage(errno)).")
        }
    }
}
