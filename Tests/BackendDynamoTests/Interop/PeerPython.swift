import Foundation
import RegionKitCore

@testable import BackendDynamo

/// Runs programs for the Python of the local server's environment, which has boto3.
enum PeerPython {
    struct Failed: Error {
        var status: Int32
        /// The end of what it said.
        var errors: String
    }

    /// The interpreter; exported by `Scripts/test`.
    static let interpreter = ProcessInfo.processInfo.environment["REGIONKIT_PEER_PYTHON"]

    /// Runs a program and returns its output; one that runs for 30 s is ended.
    static func run(_ program: String, _ arguments: [String]) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try Self.output(of: program, arguments) }) }
        }
    }

    private static func output(of program: String, _ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.interpreter ?? "/usr/bin/python3")
        process.arguments = ["-c", program] + arguments
        var environment = ["PATH": "/usr/bin:/bin", "AWS_EC2_METADATA_DISABLED": "true"]
        environment["AWS_ACCESS_KEY_ID"] = LocalPeer.credentials.given?.accessKeyID
        environment["AWS_SECRET_ACCESS_KEY"] = LocalPeer.credentials.given?.secretAccessKey.reveal()
        process.environment = environment
        let (outputs, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (outputs, errors)
        try process.run()
        let identifier = process.processIdentifier
        let watch = DispatchWorkItem { kill(identifier, SIGKILL) }
        DispatchQueue.global().asyncAfter(deadline: .now() + 30, execute: watch)
        defer { watch.cancel() }
        let output = try outputs.fileHandleForReading.readToEnd() ?? Data()
        let error = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(
                status: process.terminationStatus,
                errors: String(String(decoding: error, as: UTF8.self).suffix(300))
            )
        }
        return Array(output)
    }
}
