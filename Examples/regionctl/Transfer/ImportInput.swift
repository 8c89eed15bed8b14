internal import Foundation
internal import RegionKitCore

/// What an import reads: one file, the files of a folder, or a stream that cannot be read twice.
struct ImportInput: Sendable {
    struct File: Hashable, Sendable {
        /// For people: relative to the folder.
        var name: String
        /// Nil for standard input.
        var path: String?
        var isCompressed = false
        var size = 0
        /// When it was changed last, in microseconds since 1970.
        var changed = 0
        /// How many items a manifest promises.
        var items: Int?
    }

    /// As it was given.
    let name: String
    let files: [File]
    /// Whether an import can go on where an earlier one ended.
    let isResumable: Bool
    /// Whether `files` are those of a folder.
    let isFolder: Bool
    /// All bytes on disk, compressed where files are so; 0 where nobody knows.
    let size: Int

    /// Looks at what is to be imported: `-` is standard input.
    init(_ name: String) throws(Failure) {
        self.name = name
        guard name != "-" else {
            self.files = [File(name: "standard input")]
            (self.isResumable, self.isFolder, self.size) = (false, false, 0)
            return
        }
        switch try Self.kind(of: name, name) {
        case S_IFREG:
            self.files = [try Self.file(name, at: name)]
            (self.isResumable, self.isFolder) = (true, false)
        case S_IFDIR:
            let named = try Self.manifestFiles(in: name)
            self.files = if let named { named } else { try Self.files(in: name) }
            (self.isResumable, self.isFolder) = (true, true)
        default:
            self.files = [File(name: name, path: name)]
            (self.isResumable, self.isFolder) = (false, false)
        }
        self.size = self.files.reduce(0) { $0 + $1.size }
    }

    /// Changes with every name, size and time of change.
    var identity: String {
        let text = self.files.map { "\($0.name)\n\($0.size)\n\($0.changed)\n" }.joined()
        return SHA256.hash(Array(text.utf8)).prefix(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    /// A file that is looked at: `name` is what it is called in messages.
    static func file(_ name: String, at path: String) throws(Failure) -> File {
        guard try self.kind(of: path, name) == S_IFREG else { throw .usage("\(name) is no regular file.") }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(name, "cannot be read") }
        defer { close(descriptor) }
        // What gzip writes begins so: <https://www.rfc-editor.org/rfc/rfc1952#page-6>
        var start: [UInt8] = [0, 0]
        let isMarked = unsafe pread(descriptor, &start, 2, 0) == 2 && start == [0x1F, 0x8B]
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let changed = attributes?[.modificationDate] as? Date
        return File(
            name: name,
            path: path,
            isCompressed: isMarked || path.hasSuffix(".gz"),
            size: attributes?[.size] as? Int ?? 0,
            changed: changed.flatMap { Int(exactly: ($0.timeIntervalSince1970 * 1_000_000).rounded()) } ?? 0
        )
    }

    private static func kind(of path: String, _ name: String) throws(Failure) -> mode_t {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw .file(name, "cannot be read") }
        return status.st_mode & S_IFMT
    }

    /// The data files of a folder without manifest, in the order of their names.
    private static func files(in folder: String) throws(Failure) -> [File] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw .usage("\(folder) cannot be read.")
        }
        let wanted = names.filter { $0.hasSuffix(".json") || $0.hasSuffix(".json.gz") }
        guard !wanted.isEmpty else { throw .usage("\(folder) has no files *.json or *.json.gz.") }
        var files: [File] = []
        for name in wanted.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            files.append(try self.file(name, at: "\(folder)/\(name)"))
        }
        return files
    }
}
