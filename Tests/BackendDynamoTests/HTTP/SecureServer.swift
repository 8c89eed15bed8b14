internal import Foundation

/// The `openssl` command as an HTTPS server on 127.0.0.1, with an authority and a certificate of its own.
final class SecureServer {
    static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    struct Failure: Error {
        var message: String
    }

    let port: Int
    /// The PEM file with the authority.
    var authorities: String { self.folder.appending(path: "ca.pem").path }
    private let folder: URL
    private let process = Process()
    private let input = Pipe()

    /// - Parameters:
    ///   - names: Whom the certificate is for.
    ///   - days: For how many days it is valid; it is over already when negative.
    ///   - options: What the server is told beyond its certificate.
    init(names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2, options: [String] = []) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "regionkit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days"]
        try Self.openssl(
            ["req", "-x509", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem"] + key + ["2"],
            in: folder
        )
        try Self.openssl(
            [
                "req", "-new", "-subj", "/CN=Test server", "-keyout", "key.pem", "-out", "request.pem",
                "-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=CA:FALSE",
            ] + key.dropLast(),
            in: folder
        )
        try Self.openssl(
            [
                "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-copy_extensions", "copy",
                "-days", "\(days)", "-out", "cert.pem",
            ],
            in: folder
        )
        let output = Pipe()
        self.process.executableURL = URL(filePath: "/usr/bin/openssl")
        self.process.currentDirectoryURL = folder
        self.process.arguments = ["s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key", "key.pem", "-www"]
        self.process.arguments?.append(contentsOf: options)
        self.process.standardInput = self.input
        self.process.standardOutput = output
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
        var text = ""
        // It prints "ACCEPT 127.0.0.1:port" when it is ready.
        while !(text.contains("ACCEPT") && text.hasSuffix("\n")) {
            let data = output.fileHandleForReading.availableData
            guard !data.isEmpty else { throw Failure(message: "openssl s_server did not start: \(text)") }
            text += String(decoding: data, as: UTF8.self)
        }
        let line = text.split(separator: "\n").first { $0.hasPrefix("ACCEPT") }
        guard let port = line?.split(separator: ":").last.flatMap({ Int($0) }) else {
            throw Failure(message: "openssl s_server named no port: \(text)")
        }
        self.port = port
    }

    func close() {
        // Not `terminate`: a thread of the test's pool has passed on its mask of blocked signals.
        kill(self.process.processIdentifier, SIGKILL)
        self.process.waitUntilExit()
        try? FileManager.default.removeItem(at: self.folder)
    }

    private static func openssl(_ arguments: [String], in folder: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.currentDirectoryURL = folder
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(message: "openssl \(arguments[0]) failed") }
    }
}
