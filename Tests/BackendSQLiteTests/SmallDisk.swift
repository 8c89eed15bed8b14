import Foundation

/// A file system of a few megabytes, unmounted with the object.
final class SmallDisk: Sendable {
    let path: String

    init(megabytes: Int) throws {
        self.path = FileManager.default.temporaryDirectory.path + "/regionkit-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
        guard Self.run(["mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", self.path]) else {
            throw CocoaError(.fileWriteNoPermission)
        }
    }

    deinit {
        _ = Self.run(["umount", "-l", self.path])
        try? FileManager.default.removeItem(atPath: self.path)
    }

    /// Whether this user may mount one.
    static let isPossible: Bool = (try? SmallDisk(megabytes: 1)) != nil

    private static func run(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
