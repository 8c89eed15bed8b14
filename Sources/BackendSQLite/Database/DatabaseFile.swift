internal import CSQLite
internal import Foundation
internal import RegionKitCore
internal import Synchronization

/// The file of a region, before a connection is opened: where it really is, and whether it is one of ours.
struct DatabaseFile {
    /// What a file holds, judged by its first bytes.
    enum Contents: Hashable, Sendable {
        /// Nothing yet.
        case nothing
        /// A region, in a format that this version reads.
        case region
        /// Nobody knows: it is missing, or this user may not read it.
        case unreadable
        /// No database: damaged, or never one.
        case noDatabase
        /// Another database: a sentence that goes on after the file's name.
        case foreign(String)
    }

    /// The absolute path; no part of it is a symbolic link.
    let path: String

    /// Finds the file's place.
    ///
    /// The file and its folder may not be symbolic links; folders above are resolved.
    init(path: String) throws(BackendError) {
        guard !path.utf8.contains(0) else { throw Self.refusal(path, "has a zero byte in its name.") }
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        guard let slash = absolute.lastIndex(of: "/") else { throw Self.refusal(path, "is no path.") }
        let name = String(absolute[absolute.index(after: slash)...])
        guard !["", ".", ".."].contains(name) else { throw Self.refusal(path, "names no file.") }
        let folder = slash == absolute.startIndex ? "/" : String(absolute[..<slash])
        switch Self.kind(of: folder) {
        case .folder: break
        case .link: throw Self.refusal(path, "lies in a folder that is a symbolic link; name the folder itself.")
        case nil: throw Self.refusal(path, "lies in a folder that does not exist; create the folder first.")
        case .file, .other: throw Self.refusal(path, "does not lie in a folder.")
        }
        guard let resolved = unsafe realpath(folder, nil) else {
            throw Self.refusal(path, "lies in a folder that cannot be entered: \(Self.systemMessage(errno)).")
        }
        defer { unsafe free(resolved) }
        let parent = unsafe String(cString: resolved)
        self.path = parent == "/" ? "/" + name : parent + "/" + name
        switch Self.kind(of: self.path) {
        case .file, nil: break
        case .link: throw Self.refusal(self.path, "is a symbolic link; name the file itself.")
        case .folder, .other: throw Self.refusal(self.path, "is not a regular file; choose another path.")
        }
    }

    /// Makes an empty file that its owner alone may read and write, unless there is one.
    func createIfMissing() throws(BackendError) {
        // Closing a descriptor drops all locks that this process holds on the file, so no other thread may open the
        // new file before its descriptor here is closed: <https://www.sqlite.org/howtocorrupt.html>
        try Self.creation.withLock { _ throws(BackendError) in
            let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let descriptor = unsafe open(self.path, flags, 0o600)
            if descriptor >= 0 {
                close(descriptor)
            } else if errno != EEXIST {
                throw Self.refusal(
                    self.path,
                    "cannot be created: \(Self.systemMessage(errno)).",
                    .unavailable,
                    .unavailable
                )
            }
        }
    }

    /// Takes the rights of group and others away from a file that is known to be a region's.
    func restrict() {
        var status = stat()
        guard unsafe lstat(self.path, &status) == 0 else { return }
        // Where this is not the owner, the owner's choice stands.
        _ = unsafe chmod(self.path, status.st_mode & 0o600)
    }

    /// Looks at the first bytes through SQLite's own file layer, which changes nothing and keeps its locks.
    static func contents(of path: String) -> Contents {
        guard let header = unsafe self.header(of: path) else { return .unreadable }
        guard !header.isEmpty else { return .nothing }
        guard header.count == 100, header.starts(with: Array("SQLite format 3\u{0}".utf8)) else {
            return .noDatabase
        }
        // Places and sizes: <https://www.sqlite.org/fileformat.html#the_database_header>
        func number(_ at: Int) -> Int64 { header[at..<at + 4].reduce(0) { $0 << 8 | Int64($1) } }
        guard number(68) == Layout.applicationID else { return .foreign("is the database of another application.") }
        guard number(60) == Layout.formatVersion else {
            return .foreign("has format \(number(60)); this version of RegionKit reads \(Layout.formatVersion).")
        }
        return .region
    }

    /// Makes a folder that is missing, and those above it, for this user alone.
    static func createFolder(_ path: String, _ failure: FailureClass = .rejected) throws(BackendError) {
        guard self.kind(of: path) == nil else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            let underlying = (error as? CocoaError)?.underlying as NSError?
            let cause = underlying.map { ": " + self.systemMessage(Int32($0.code)) } ?? ""
            let code: ErrorCode = failure == .rejected ? .validation : .unavailable
            throw self.refusal(path, "cannot be created\(cause).", failure, code)
        }
    }

    /// An error about a path, made up of the path and a sentence that goes on after it.
    static func refusal(
        _ path: String,
        _ reason: String,
        _ failure: FailureClass = .rejected,
        _ code: ErrorCode = .validation
    ) -> BackendError {
        BackendError(failure, code, "\(path) \(reason)")
    }

    private static let creation = Mutex(())

    /// What the system says about an error number.
    static func systemMessage(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension DatabaseFile {
    /// What stands at a path.
    enum Kind: Hashable, Sendable {
        case file
        case folder
        case link
        case other
    }

    /// What stands at a path, links not followed; nil when nothing does.
    static func kind(of path: String) -> Kind? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    /// Up to a hundred bytes from the beginning of a file; nil when it cannot be read.
    @unsafe private static func header(of path: String) -> [UInt8]? {
        guard let vfs = unsafe sqlite3_vfs_find(nil),
            let name = unsafe sqlite3_create_filename(path, "", "", 0, nil)
        else { return nil }
        defer { unsafe sqlite3_free_filename(name) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: unsafe Int(vfs.pointee.szOsFile), alignment: 16)
        defer { unsafe memory.deallocate() }
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: Int(vfs.pointee.szOsFile))
        let file = unsafe memory.assumingMemoryBound(to: sqlite3_file.self)
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_NOFOLLOW
        guard unsafe vfs.pointee.xOpen(vfs, name, file, flags, nil) == SQLITE_OK,
            let methods = unsafe file.pointee.pMethods
        else { return nil }
        defer { _ = unsafe methods.pointee.xClose(file) }
        var size: Int64 = 0
        guard unsafe methods.pointee.xFileSize(file, &size) == SQLITE_OK else { return nil }
        var header = [UInt8](repeating: 0, count: Int(min(size, 100)))
        let count = Int32(header.count)
        let code = unsafe header.withUnsafeMutableBytes { bytes in
            unsafe methods.pointee.xRead(file, bytes.baseAddress, count, 0)
        }
        return code == SQLITE_OK || header.isEmpty ? header : nil
    }
}
