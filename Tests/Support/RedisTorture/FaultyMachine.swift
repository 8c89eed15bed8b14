internal import Foundation

/// What seems to be wrong with a server's machine: a library that is preloaded into the server sets its wall clock apart
/// and slows its disk; see `Tests/Support/FaultyMachine`.
struct FaultyMachine: Sendable {
    private static let library = ProcessInfo.processInfo.environment["REGIONKIT_FAULTY_MACHINE"]

    /// Whether the library is there; without it all machines are sound.
    static let isAvailable = Self.library.map { FileManager.default.fileExists(atPath: $0) } ?? false

    private let file: URL
    private let sync: Int

    /// Puts the clock's file into a folder.
    ///
    /// - Parameter sync: How many milliseconds longer the disk takes to sync.
    init(in folder: URL, name: String, sync: Int) throws {
        self.sync = sync
        self.file = folder.appending(path: "\(name).clock")
        try Data("+00000\n".utf8).write(to: self.file)
    }

    /// What a server needs in its environment.
    var environment: [String: String] {
        guard Self.isAvailable, let library = Self.library else { return [:] }
        return ["LD_PRELOAD": library, "REGIONKIT_CLOCK": self.file.path, "REGIONKIT_SYNC": "\(self.sync)"]
    }

    /// Sets the clock, of a server that runs as well.
    ///
    /// - Parameter milliseconds: The distance from the machine's clock, five digits at most.
    func setClock(_ milliseconds: Int) throws {
        let digits = String(abs(milliseconds))
        let text = (milliseconds < 0 ? "-" : "+") + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        // In place, because the server has the file mapped.
        let handle = try FileHandle(forWritingTo: self.file)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }
}
