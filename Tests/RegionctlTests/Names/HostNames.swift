import Foundation

/// Names of this machine, which child processes look up in a file.
///
/// Debian's `libnss-wrapper` answers their `getaddrinfo` from the file, and with "unknown" for what is not there.
struct HostNames {
    /// Where Debian has the library; the folder is named after the processor.
    private static let library = try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib").lazy
        .map { "/usr/lib/\($0)/libnss_wrapper.so" }.first(where: FileManager.default.fileExists)

    static let isAvailable = Self.library != nil

    private let file: URL
    private let silence: String

    /// Keeps the file in a folder.
    init(in folder: URL) {
        self.file = folder.appending(path: "hosts")
        self.silence = folder.appending(path: "silence").path
    }

    /// What makes a child process look names up in the file.
    var environment: [String: String] {
        ["LD_PRELOAD": Self.library ?? "", "NSS_WRAPPER_HOSTS": self.file.path]
    }

    /// Has these names lead to 127.0.0.1, and no others to anything.
    func set(_ names: [String]) throws {
        let lines = names.map { "127.0.0.1 \($0)\n" }
        // A new file in the place of the old one.
        try Data(lines.joined().utf8).write(to: self.file, options: .atomic)
    }

    /// From now on whoever looks a name up waits for ever.
    func hang() throws {
        // Nobody ever writes into this pipe, so that nobody can open it to read.
        guard unsafe mkfifo(self.silence, 0o600) == 0, unsafe rename(self.silence, self.file.path) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
    }

    /// Whether a process has looked a name up since the names were last set: the library keeps the file it read open.
    func areUsed(by process: Int32) throws -> Bool {
        let folder = "/proc/\(process)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).contains {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == self.file.path
        }
    }
}
