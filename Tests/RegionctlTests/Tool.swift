import Foundation

/// The built executable, run as a user runs it.
struct Tool {
    struct Outcome: Sendable {
        var code: Int32
        var output: String
        var errors: String

        var document: [String: Any]? {
            (try? JSONSerialization.jsonObject(with: Data(self.output.utf8))) as? [String: Any]
        }
    }

    /// A folder for one test.
    let folder: URL

    init() throws {
        self.folder = FileManager.default.temporaryDirectory.appending(path: "regionctl-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: false)
    }

    /// Where the build put it.
    static var executable: URL {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "regionctl")
    }

    func remove() {
        try? FileManager.default.removeItem(at: self.folder)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: self.folder.appending(path: name))
    }

    /// A file that holds a text, opened; it is gone when it is closed.
    private func handle(_ text: String, _ path: String) throws -> FileHandle {
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try FileHandle(forReadingFrom: URL(filePath: path))
    }

    func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: self.folder.appending(path: name).path)
    }

    /// Runs the tool in the folder; `started` is called with the process's id.
    func run(
        _ arguments: String...,
        environment: [String: String] = [:],
        started: ((Int32) async throws -> Void)? = nil
    ) async throws -> Outcome {
        try await self.run(arguments, environment: environment, started: started)
    }

    /// Runs the tool, or another program, with a text as its standard input.
    @discardableResult
    func run(
        _ arguments: [String],
        of program: String? = nil,
        environment: [String: String] = [:],
        input: String? = nil,
        started: ((Int32) async throws -> Void)? = nil
    ) async throws -> Outcome {
        // Beside the folder, which the tool shall find as the test left it.
        let (output, errors) = (
            URL(filePath: "\(self.folder.path)-\(UUID().uuidString).out"),
            URL(filePath: "\(self.folder.path)-\(UUID().uuidString).err")
        )
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = program.map { URL(filePath: $0) } ?? Self.executable
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = self.folder
        var handles = [try FileHandle(forWritingTo: output), try FileHandle(forWritingTo: errors)]
        (process.standardOutput, process.standardError) = (handles[0], handles[1])
        if let input { handles.append(try self.handle(input, "\(output.path).in")) }
        process.standardInput = input == nil ? .nullDevice : handles[2]
        // A process is kept for long after its end, with what it holds.
        defer { for handle in handles { try? handle.close() } }
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
        try await started?(process.processIdentifier)
        for await _ in ended {}
        defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
        return Outcome(
            code: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self)
        )
    }
}
