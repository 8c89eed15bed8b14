internal import Foundation
internal import RegionKitCore

/// A program that is run once for what it prints.
struct ChildProcess {
    enum Outcome: Equatable {
        case exited(Int32, [UInt8])
        case notStarted
        case tooMuchOutput
        case timedOut
        case cancelled
    }

    /// How often it is looked at: neither threads nor callbacks are needed for what happens once an hour.
    private static let interval = Duration.milliseconds(10)

    var path: String
    var arguments: [String]
    var environment: [String: String]

    static func isExecutable(_ path: String) -> Bool {
        FileManager.default.isExecutableFile(atPath: path)
    }

    /// Runs it; kills it and its children when it prints or lasts too long, or when the calling task is cancelled.
    func output(limit: Int, timeout: Duration, time: any TimeSource) async -> Outcome {
        let environment = self.environment.map { "\($0.key)=\($0.value)" }
        guard var program = SpawnedProgram(self.path, [self.path] + self.arguments, environment) else {
            return .notStarted
        }
        let end = time.now.advanced(by: timeout)
        var output: [UInt8] = []
        while true {
            // Asked before the last read, so that nothing of what it printed is missed.
            let status = program.exitStatus()
            program.read(into: &output, limit: limit + 1)
            guard output.count <= limit else { return .tooMuchOutput }
            if let status { return .exited(status, output) }
            guard time.now < end else { return .timedOut }
            do { try await time.sleep(for: Self.interval) } catch { return .cancelled }
        }
    }
}
