import Foundation
import RegionKitTesting
import Testing

/// The short form of `Scripts/torture-redis`.
@Suite(.serialized, .enabled(if: RedisServer.isAvailable, "redis-server is not installed; Scripts/test installs it."))
struct RedisTortureTests {
    @Test(.timeLimit(.minutes(10)), arguments: ["always", "everysec"])
    func `kills, stops, cuts and wrong clocks lose no acknowledged write (C1, C5, faults 7, 9, 12, 14)`(
        appendfsync: String
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "torture-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (output, errors) = (folder.appending(path: "out"), folder.appending(path: "err"))
        for file in [output, errors] { try Data().write(to: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "redis-torture")
        process.arguments = ["--appendfsync", appendfsync, "--kills", "8", "--stops", "4", "--cuts", "4"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        let (ended, continuation) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
        for await _ in ended {}
        let told = try String(contentsOf: errors, encoding: .utf8)
        #expect(process.terminationStatus == 0, "\(told)")
        let report = try JSONDecoder().decode(Report.self, from: try Data(contentsOf: output))
        #expect(report.kills == 8 && report.stops == 4 && report.cuts == 4)
        #expect(report.acknowledged > 100)
        #expect(report.duplicates == 0)
        // Servers of a run by Scripts/test have clocks that are wrong.
        let isSkewed = ProcessInfo.processInfo.environment["REGIONKIT_FAULTY_MACHINE"] != nil
        #expect(!isSkewed || report.clockSteps > 0)
    }

    private struct Report: Decodable {
        var kills: Int
        var stops: Int
        var cuts: Int
        var clockSteps: Int
        var acknowledged: Int
        var duplicates: Int
    }
}
