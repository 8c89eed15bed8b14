import Foundation
import RegionKitTesting
import Testing

/// Three regions of a global table on the local server, each under a name that a child process looks up in a file.
struct NamedRegions {
    static let regions = ["us-west-2", "us-east-1", "eu-west-1"]

    private static let peer = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER"].flatMap { URL(string: $0) }
    private static let key = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER_KEY"] ?? "test:test"

    static let isAvailable =
        Self.peer != nil && HostNames.isAvailable
        && SecureFront.programs.allSatisfy(FileManager.default.isExecutableFile)

    let tool: Tool
    /// In the order of the regions.
    let proxies: [FaultProxy]
    private let front: SecureFront
    private let environment: [String: String]
    let names: HostNames

    /// Sets the table up, over the names, and puts the item `k`.
    init(failoverThreshold: Int = 3) async throws {
        self.tool = try Tool()
        let target = try #require(Self.peer?.port)
        let front = try await SecureFront(to: target, names: Self.regions.map(Self.name(of:)), self.tool)
        let proxies = try Self.regions.map { _ in try FaultProxy(to: front.port) }
        (self.front, self.proxies) = (front, proxies)
        let parts = Self.key.split(separator: ":", maxSplits: 1).map(String.init)
        self.names = HostNames(in: self.tool.folder)
        self.environment = self.names.environment.merging(
            ["AWS_ACCESS_KEY_ID": parts[0], "AWS_SECRET_ACCESS_KEY": parts[1]],
            uniquingKeysWith: { $1 }
        )
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
        try self.names.set(Self.regions.map(Self.name(of:)))
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

    /// Starts to read in the first region, one item after the other, 20 in a second.
    func startReading() async throws -> RunningTool {
        let arguments = ["bench", "--for", "10m", "--rate", "20", "--concurrency", "1", "--reads", "100%", "--json"]
        for _ in 0..<5 {
            let bench = try RunningTool(self.tool, arguments, environment: self.environment)
            let before = self.proxies[0].answers
            let end = ContinuousClock.now + .seconds(30)
            while ContinuousClock.now < end {
                if self.proxies[0].answers > before + 50 { return bench }
                try await Task.sleep(for: .milliseconds(20))
            }
            // Where a busy machine does not connect in time, the region is left alone for an hour.
            _ = await bench.end()
        }
        throw SecureFront.Failed(message: "The first region is not read from.")
    }

    /// Removes the name of the first region, and makes sure that it resolved before and now leads to nothing.
    func forgetPrimary() async throws {
        let look = { try await self.run(["ahosts", Self.name(of: Self.regions[0])], of: "/usr/bin/getent") }
        let before = try await look()
        try #require(before.code == 0 && before.output.hasPrefix("127.0.0.1 "), "\(before)")
        try self.names.set(Self.regions.dropFirst().map(Self.name(of:)))
        let after = try await look()
        // Of getent(1): one or more supplied keys could not be found.
        try #require(after.code == 2 && after.output.isEmpty, "\(after)")
    }
}
