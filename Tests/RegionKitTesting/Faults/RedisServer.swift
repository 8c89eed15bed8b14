internal import Foundation
internal import Synchronization

/// A `redis-server` of a test's own on 127.0.0.1, with a folder of its own; it keeps nothing unless told to.
///
/// It needs Debian's packages `redis-server` and `redis-tools`. Methods wait for the process; any thread may call them.
public final class RedisServer: Sendable {
    /// Whether Debian's packages `redis-server` and `redis-tools` are there.
    public static let isAvailable = ["/usr/bin/redis-server", "/usr/bin/redis-cli"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Why a server did not start.
    public struct Failure: Error, Sendable {
        /// For people, with the end of the server's log.
        public let message: String

        /// Describes a failure.
        public init(message: String) {
            self.message = message
        }
    }

    /// Where it listens in plain text; the same after a restart.
    public let port: Int
    private let folder: URL
    private let options: [String]
    private let environment: [String: String]
    private let process: Mutex<Process>

    /// Starts a server and waits until it answers.
    ///
    /// - Parameters:
    ///   - options: What `redis-server` is told on its command line, such as `["--appendonly", "yes"]`.
    ///   - environment: What is set in its environment, besides what is set in this process's.
    public convenience init(_ options: [String] = [], environment: [String: String] = [:]) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "regionkit-redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try self.init(options, in: folder, environment: environment)
    }

    /// Starts a server in a folder that is there already, and belongs to the server from now on.
    init(_ options: [String], in folder: URL, environment: [String: String] = [:]) throws {
        var failure: (any Error)?
        // Another process may take the port between the choice and the start.
        for _ in 0..<5 {
            let port = try Self.freePort()
            do {
                self.process = Mutex(try Self.start(options, port, folder, environment))
                (self.port, self.folder, self.options, self.environment) = (port, folder, options, environment)
                return
            } catch {
                failure = error
            }
        }
        throw failure ?? Failure(message: "redis-server did not start")
    }

    /// The folder where it keeps its data, and its log in `server.log`.
    public var path: String { self.folder.path }

    private var processIdentifier: Int32 { self.process.withLock { $0.processIdentifier } }

    /// Ends the process at once, as `kill -9` does, and waits until it is gone.
    public func kill() {
        self.process.withLock { process in
            guard process.isRunning else { return }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Stops the process where it stands; connections stay open and nothing is answered.
    public func stop() {
        Foundation.kill(self.processIdentifier, SIGSTOP)
    }

    /// Lets a stopped process go on.
    public func resume() {
        Foundation.kill(self.processIdentifier, SIGCONT)
    }

    /// Starts the server again, after a ``kill()``, in the same folder and at the same port.
    public func restart() throws {
        self.kill()
        try self.process.withLock {
            $0 = try Self.start(self.options, self.port, self.folder, self.environment)
        }
    }

    /// Ends the server and removes its folder.
    public func close() {
        self.kill()
        try? FileManager.default.removeItem(at: self.folder)
    }

    /// What `redis-cli` prints for a command, without the last line's end.
    @discardableResult
    public func command(_ arguments: String...) throws -> String {
        try Self.command(arguments, self.port)
    }

    private static func start(
        _ options: [String],
        _ port: Int,
        _ folder: URL,
        _ environment: [String: String]
    ) throws -> Process {
        let process = Process()
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.executableURL = URL(filePath: "/usr/bin/redis-server")
        process.currentDirectoryURL = folder
        process.arguments =
            ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path, "--logfile", "server.log"]
            + ["--daemonize", "no", "--save", "", "--appendonly", "no"] + options
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let end = Date(timeIntervalSinceNow: 60)
        // A server that wants a password is ready too; one that is loading its data is not.
        while true {
            let answer = try self.command(["PING"], port)
            if process.isRunning, answer.hasPrefix("PONG") || answer.hasPrefix("NOAUTH") { return process }
            guard process.isRunning, Date() < end else { break }
            usleep(5_000)
        }
        if process.isRunning {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let log = try? String(contentsOf: folder.appending(path: "server.log"), encoding: .utf8)
        throw Failure(message: "redis-server did not start: \(log?.suffix(500) ?? "")")
    }

    private static func command(_ arguments: [String], _ port: Int) throws -> String {
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/redis-cli")
        process.arguments = ["-h", "127.0.0.1", "-p", "\(port)"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: data, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// A port at which nothing listens.
    public static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { Foundation.close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var length = size
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
