import Foundation
import Synchronization

/// The built executable while it runs: a test reads what it has written so far, and ends it by its id.
final class RunningTool: Sendable {
    enum Output {
        case file
        case pipe
        /// A terminal of 80 columns and 24 rows.
        case terminal
    }

    private final class Life: Sendable {
        let isOver = Atomic(false)
    }

    let id: Int32
    private let text = Mutex("")
    private let ended: AsyncStream<Int32>
    private let life = Life()
    private let file: URL?
    private let reader: FileHandle?

    init(_ tool: Tool, _ arguments: [String], to output: Output = .file, environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = Tool.executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = tool.folder
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        switch output {
        case .file:
            let file = URL(filePath: "\(tool.folder.path)-\(UUID().uuidString).out")
            try Data().write(to: file)
            process.standardOutput = try FileHandle(forWritingTo: file)
            (self.file, self.reader) = (file, nil)
        case .pipe:
            let pipe = Pipe()
            process.standardOutput = pipe
            (self.file, self.reader) = (nil, pipe.fileHandleForReading)
        case .terminal:
            let (master, slave) = try Self.openTerminal()
            process.standardOutput = slave
            (self.file, self.reader) = (nil, master)
        }
        let (ended, continuation) = AsyncStream<Int32>.makeStream()
        self.ended = ended
        process.terminationHandler = { [life = self.life] process in
            life.isOver.store(true, ordering: .relaxed)
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        self.id = process.processIdentifier
        self.reader?.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.text.withLock { $0 += String(decoding: data, as: UTF8.self) }
        }
    }

    deinit {
        if !self.life.isOver.load(ordering: .relaxed) { kill(self.id, SIGKILL) }
        if let file = self.file { try? FileManager.default.removeItem(at: file) }
    }

    /// All that was written until now.
    var written: String {
        guard let file = self.file else { return self.text.withLock { $0 } }
        return (try? Data(contentsOf: file)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Waits until what was written fulfils a condition.
    func wait(until holds: (String) -> Bool) async throws -> Bool {
        try await eventually { holds(self.written) }
    }

    func wait(for text: String) async throws -> Bool {
        try await self.wait { $0.contains(text) }
    }

    /// Goes away as the reader of a pipe.
    func stopReading() {
        self.reader?.readabilityHandler = nil
        try? self.reader?.close()
    }

    /// Sends a signal, 0 for none, and waits for the end.
    ///
    /// - Returns: The exit code, or the number of the signal that ended it.
    func end(_ number: Int32 = SIGINT) async -> Int32? {
        kill(self.id, number)
        let guardian = Task { [id = self.id] in
            try await Task.sleep(for: .seconds(60))
            kill(id, SIGKILL)
        }
        defer { guardian.cancel() }
        return await self.ended.first { _ in true }
    }

    private static func openTerminal() throws -> (master: FileHandle, slave: FileHandle) {
        // The requests TIOCGPTN and TIOCSPTLCK, whose definitions Swift does not see: ioctl_tty(2).
        let (getNumber, setLock): (UInt, UInt) = (0x8004_5430, 0x4004_5431)
        var (number, lock): (UInt32, Int32) = (0, 0)
        var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
        let master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard master >= 0, unsafe ioctl(master, setLock, &lock) == 0, unsafe ioctl(master, getNumber, &number) == 0,
            unsafe ioctl(master, UInt(TIOCSWINSZ), &size) == 0
        else { throw CocoaError(.fileNoSuchFile) }
        let slave = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard slave >= 0 else { throw CocoaError(.fileNoSuchFile) }
        return (
            FileHandle(fileDescriptor: master, closeOnDealloc: true),
            FileHandle(fileDescriptor: slave, closeOnDealloc: true)
        )
    }
}
