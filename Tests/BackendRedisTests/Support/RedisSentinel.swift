internal import Foundation
import RegionKitTesting

@testable import BackendRedis

/// A Sentinel of a test's own that looks after one master and promotes another server soon after that one dies.
final class RedisSentinel {
    private static let name = "orders"

    let port: Int
    private let folder: URL
    private let process = Process()

    init(master: Int) throws {
        self.port = try RedisServer.freePort()
        self.folder = FileManager.default.temporaryDirectory.appending(path: "regionkit-sentinel-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
        let file = self.folder.appending(path: "sentinel.conf")
        let lines = [
            "port \(self.port)", "bind 127.0.0.1", "dir \(self.folder.path)", "logfile sentinel.log",
            "sentinel monitor \(Self.name) 127.0.0.1 \(master) 1",
            "sentinel down-after-milliseconds \(Self.name) 1000", "sentinel failover-timeout \(Self.name) 10000",
        ]
        try lines.joined(separator: "\n").appending("\n").write(to: file, atomically: true, encoding: .utf8)
        self.process.executableURL = URL(filePath: "/usr/bin/redis-server")
        self.process.arguments = [file.path, "--sentinel"]
        self.process.standardInput = FileHandle.nullDevice
        self.process.standardOutput = FileHandle.nullDevice
        self.process.standardError = FileHandle.nullDevice
        try self.process.run()
    }

    /// How many replicas it knows of; nil while it does not answer.
    func replicas() async throws -> Int? {
        var count: Int?
        try await withClient(port: self.port) { client in
            let reply = try? await client.ask("SENTINEL", "MASTER", Self.name)
            let words = reply?.elements?.map { $0.text ?? "" } ?? []
            guard let place = words.firstIndex(of: "num-slaves"), place + 1 < words.count else { return }
            count = Int(words[place + 1])
        }
        return count
    }

    func close() {
        kill(self.process.processIdentifier, SIGKILL)
        self.process.waitUntilExit()
        try? FileManager.default.removeItem(at: self.folder)
    }
}
