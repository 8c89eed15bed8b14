import Foundation
import RegionKitTesting
import Testing

/// Three regions of a global table on the local server, each under a name that a child process looks up in a file.
///
/// Debian's `libnss-wrapper` answers the child's `getaddrinfo` from that file, and with "unknown" for what is not there.
struct NamedRegions {
    static let regions = ["us-west-2", "us-east-1", "eu-west-1"]

    private static let peer = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER"].flatMap { URL(string: $0) }
    private static let key = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER_KEY"] ?? "test:test"
    /// Where Debian has the library; the folder is named after the processor.
    private static let library = try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib").lazy
        .map { "/usr/lib/\($0)/libnss_wrapper.so" }.first(where: FileManager.default.fileExists)

    static let isAvailable =
        Self.peer != nil && Self.library != nil
        && SecureFront.programs.allSatisfy(FileManager.default.isExecutableFile)

    let tool: Tool
    /// In the order of the regions.
    let proxies: [FaultProxy]
    private let front: SecureFront
    private let environment: [String: String]
    private var hosts: URL { self.tool.folder.appending(path: "hosts") }

    /// Sets the table up, over the names, and puts the item `k`.
    init(failoverThreshold: Int = 3) async throws {
        self.tool = try Tool()
        let target = try #require(Self.peer?.port)
        let front = try await SecureFront(to: target, names: Self.regions.map(Self.name(of:)), self.tool)
        let proxies = try Self.regions.map { _ in try FaultProxy(to: front.port) }
        (self.front, self.proxies) = (front, proxies)
        let parts = Self.key.split(separator: ":", maxSplits: 1).map(String.init)
        self.environment = [
            "AWS_ACCESS_KEY_ID": parts[0], "AWS_SECRET_ACCESS_KEY": parts[1],
            "LD_PRELOAD": try #require(Self.library),
            "NSS_WRAPPER_HOSTS": self.tool.folder.appending(path: "hosts").path,
        ]
        let regions = zip(Self.regions, proxies).map { region, proxy in
            """
            {"name": "\(region)", "backend": "dynamodb:?endpoint=https://\(Self.name(of: region)):\(proxy.port)\
            &authorities=\(self.tool.folder.path)/front.pem"}
            """
        }
        // No probe is made meanwhile. An attempt may take far longer than the second that connecting may take.
        try self.tool.write(
            """
            {"table": {"name": "names-\(UUID().uuidString)", "partitionKey": "id"},
             "regions": [\(regions.joined(separator: ", "))], "deadline": "60s", "attemptTimeout": "50s",
             "health": {"checkInterval": "1h", "cooldown": "1h", "failoverThreshold": \(failoverThreshold)}}
            """,
            to: "regionkit.json"
        )
        try self.know(Self.regions)
        // Again where a busy machine does not connect in time.
        for arguments in [["setup"], ["put", "k", "--item", "{}", "--wait-replicated"]] {
            var outcome: Tool.Outcome?
            let isDone = try await eventually {
                outcome = try await self.run(arguments)
                return outcome?.code == 0
            }
            try #require(isDone, "\(outcome?.errors ?? "")")
        }
    }

    func close() {
        for proxy in self.proxies { proxy.close() }
        self.front.close()
        self.tool.remove()
    }

    private static func name(of region: String) -> String { "dynamodb.\(region).regionkit.test" }

    /// Runs the tool, or another program, where the names are looked up in the file.
    func run(_ arguments: [String], of program: String? = nil) async throws -> Tool.Outcome {
        try await self.tool.run(arguments, of: program, environment: self.environment)
    }

    /// Starts to read, one item after the other, 20 in a second.
    func startReading() throws -> RunningTool {
        let arguments = ["bench", "--for", "5m", "--rate", "20", "--concurrency", "1", "--reads", "100%", "--json"]
        return try RunningTool(self.tool, arguments, environment: self.environment)
    }

    /// Removes the name of the first region, and makes sure that it resolved before and now leads to nothing.
    func forgetPrimary() async throws {
        let look = { try await self.run(["ahosts", Self.name(of: Self.regions[0])], of: "/usr/bin/getent") }
        let before = try await look()
        try #require(before.code == 0 && before.output.hasPrefix("127.0.0.1 "), "\(before)")
        try self.know(Array(Self.regions.dropFirst()))
        let after = try await look()
        // Of getent(1): one or more supplied keys could not be found.
        try #require(after.code == 2 && after.output.isEmpty, "\(after)")
    }

    private func know(_ regions: [String]) throws {
        let lines = regions.map { "127.0.0.1 \(Self.name(of: $0))\n" }
        // A new file in the place of the old one.
        try Data(lines.joined().utf8).write(to: self.hosts, options: .atomic)
    }

    /// Whether a process has looked a name up since the file was last replaced: the library keeps the one it read open.
    func hasLookedUp(_ process: Int32) throws -> Bool {
        let folder = "/proc/\(process)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).contains {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")) == self.hosts.path
        }
    }
}
