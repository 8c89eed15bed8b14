internal import Foundation
import RegionKitTesting

/// An authority and a server's certificate, made by the `openssl` command in a folder of their own.
final class RedisCertificates {
    static let isAvailable = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    private let folder: URL

    /// - Parameters:
    ///   - names: Whom the certificate is for.
    ///   - days: For how many days it is valid; it is over already when negative.
    init(names: String = "DNS:localhost,IP:127.0.0.1", days: Int = 2) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "regionkit-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        self.folder = folder
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try self.openssl(
            ["req", "-x509", "-subj", "/CN=Test authority", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2"] + key
        )
        try self.openssl(
            [
                "req", "-new", "-subj", "/CN=Test server", "-keyout", "key.pem", "-out", "request.pem",
                "-addext", "subjectAltName=\(names)", "-addext", "basicConstraints=CA:FALSE",
            ] + key
        )
        try self.openssl([
            "x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-copy_extensions", "copy",
            "-days", "\(days)", "-out", "cert.pem",
        ])
    }

    deinit {
        try? FileManager.default.removeItem(at: self.folder)
    }

    /// The PEM file with the authority.
    var authorities: String { self.folder.appending(path: "ca.pem").path }

    /// What makes a `redis-server` speak TLS at a port, besides plain text at its own.
    func options(port: Int) -> [String] {
        [
            "--tls-port", "\(port)", "--tls-auth-clients", "no", "--tls-ca-cert-file", self.authorities,
            "--tls-cert-file", self.folder.appending(path: "cert.pem").path,
            "--tls-key-file", self.folder.appending(path: "key.pem").path,
        ]
    }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.currentDirectoryURL = self.folder
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw RedisServer.Failure(message: "openssl \(arguments[0]) failed")
        }
    }
}
