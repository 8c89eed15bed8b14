import Foundation
import RegionKitTesting
import Testing

@testable import regionctl

/// The tool on Redis regions.
@Suite(.enabled(if: RedisServer.isAvailable, "redis-server is not installed; Scripts/test installs it."))
struct RedisToolTests {
    private static let regions = ["us-west-2", "us-east-1"]

    /// A folder with a configuration of regions in servers of the test's own.
    private func withTool(_ body: (Tool, [RedisServer]) async throws -> Void) async throws {
        let tool = try Tool()
        var servers: [RedisServer] = []
        defer {
            for server in servers { server.close() }
            tool.remove()
        }
        for _ in Self.regions { servers.append(try RedisServer(["--appendonly", "yes", "--appendfsync", "always"])) }
        try self.configure(tool, servers, Self.regions)
        try await body(tool, servers)
    }

    private func configure(_ tool: Tool, _ servers: [RedisServer], _ regions: [String]) throws {
        let list = zip(regions, servers).map { region, server in
            #"{"name": "\#(region)", "backend": "redis://127.0.0.1:\#(server.port)?namespace=notes"}"#
        }
        try tool.write(
            #"{"table": {"name": "notes", "partitionKey": "id"}, "regions": [\#(list.joined(separator: ", "))]}"#,
            to: "regionkit.json"
        )
    }

    private func problems(_ outcome: Tool.Outcome) -> [String]? {
        (outcome.document?["checks"] as? [[String: Any]])?.filter { $0["outcome"] as? String != "pass" }.map {
            "\($0["check"] ?? "") \($0["outcome"] ?? "") \($0["region"] as? String ?? "all")"
        }
    }

    @Test func `servers are set up and verified, and items written in one are read in the other`() async throws {
        try await self.withTool { tool, _ in
            let setup = try await tool.run(line: "setup --json")
            #expect(setup.code == 0, "\(setup.errors)")
            let changes = (setup.document?["changes"] as? [[String: Any]])?.map { "\($0["change"] ?? "")" }
            #expect(changes == ["createRegion", "createRegion"])
            let again = try await tool.run(line: "setup --json")
            #expect(again.code == 0 && (again.document?["changes"] as? [Any])?.isEmpty == true)
            let verified = try await tool.run(line: "verify --json")
            #expect(verified.code == 0 && self.problems(verified) == [], "\(verified.output)")
            let put = try await tool.run(line: #"put a --plain --item {"n":1} --wait-replicated --json"#)
            #expect(put.code == 0 && put.names("pending") ?? [] == [], "\(put.output)")
            let got = try await tool.run(line: "get a --region us-east-1 --plain --json")
            #expect((got.document?["item"] as? [String: Any])?["n"] as? Int == 1)
            let status = try await tool.run(line: "status --json")
            #expect(status.code == 0)
            let documents = [
                ("setup", setup.output), ("verify", verified.output), ("put", put.output), ("status", status.output),
            ]
            #expect(try await Schemas.problems(of: documents, tool) == [])
            let export = try await tool.run(line: "export notes.json")
            #expect(export.code == 0 && tool.exists("notes.json"))
        }
    }

    @Test func `a server that is down is told, and the other serves`() async throws {
        try await self.withTool { tool, servers in
            #expect(try await tool.run(line: "setup").code == 0)
            servers[0].kill()
            let put = try await tool.run(line: #"put a --plain --item {"n":1} --json"#)
            #expect(put.code == 0 && put.document?["region"] as? String == "us-east-1", "\(put.output)")
            let verified = try await tool.run(line: "verify --json")
            #expect(verified.code == 1 && self.problems(verified)?.first == "server fail us-west-2")
            try servers[0].restart()
            #expect(try await tool.run(line: "setup").code == 0)
            // What waits for its own write's arrival carries the others as well.
            #expect(
                try await eventually {
                    let put = try await tool.run(line: #"put b --plain --item {"n":2} --wait-replicated --json"#)
                    let got = try await tool.run(line: "get a --region us-west-2 --json")
                    return put.code == 0 && got.code == 0
                }
            )
        }
    }

    @Test func `an eviction policy that would lose items is refused with what to do`() async throws {
        try await self.withTool { tool, servers in
            try servers[0].command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
            let verified = try await tool.run(line: "verify --json")
            #expect(verified.code == 1 && self.problems(verified)?.first == "server fail us-west-2")
            #expect(verified.output.contains("noeviction"))
        }
    }

    @Test func `a retired region is forgotten`() async throws {
        try await self.withTool { tool, servers in
            #expect(try await tool.run(line: "setup").code == 0)
            #expect(try await tool.run(line: #"put a --plain --item {"n":1} --wait-replicated"#).code == 0)
            try self.configure(tool, servers, ["us-west-2"])
            let forgotten = try await tool.run(line: "forget us-east-1 --json")
            #expect(forgotten.code == 0, "\(forgotten.output)")
            #expect(try await tool.run(line: "forget us-east-1").code == 1)
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `servers among which Redis replicates are verified, written where the master is, and told when none is`()
        async throws
    {
        let (tool, servers) = (try Tool(), [try RedisServer(), try RedisServer()])
        defer {
            for server in servers { server.close() }
            tool.remove()
        }
        let list = zip(Self.regions, servers).map { region, server in
            #"{"name": "\#(region)", "backend": "redis://127.0.0.1:\#(server.port)?mode=replicas"}"#
        }
        try tool.write(
            #"{"table": {"name": "notes", "partitionKey": "id"}, "regions": [\#(list.joined(separator: ", "))]}"#,
            to: "regionkit.json"
        )
        // Two masters, before the first follows the second.
        let apart = try await tool.run(line: "verify --json")
        #expect(apart.code == 1 && apart.output.contains("take writes apart from each other"), "\(apart.output)")
        try servers[0].command("REPLICAOF", "127.0.0.1", "\(servers[1].port)")
        #expect(try await eventually { try servers[0].command("ROLE").contains("connected") })
        let setup = try await tool.run(line: "setup --json")
        #expect(setup.code == 0, "\(setup.output) \(setup.errors)")
        let statuses = (setup.document?["regions"] as? [[String: Any]])?.map { "\($0["status"] ?? "")" }
        #expect(statuses == ["replica", "master"])
        let verified = try await tool.run(line: "verify --json")
        #expect(verified.code == 0, "\(verified.output)")
        #expect(
            self.problems(verified) == ["durability warn us-west-2", "durability warn us-east-1", "promotion warn all"]
        )
        #expect(verified.output.contains("the master, followed by 1 replica"))
        let put = try await tool.run(line: #"put a --plain --item {"n":1} --wait-replicated --json"#)
        #expect(put.code == 0 && put.document?["region"] as? String == "us-east-1", "\(put.output) \(put.errors)")
        #expect(put.names("pending") ?? [] == [])
        let deleted = try await tool.run(line: "delete a --wait-replicated --json")
        #expect(deleted.code == 0 && deleted.names("pending") ?? [] == [], "\(deleted.output)")
        let status = try await tool.run(line: "status --json")
        #expect(status.code == 0 && status.output.contains("its server is a replica of"), "\(status.output)")
        let documents = [
            ("setup", setup.output), ("verify", verified.output), ("put", put.output), ("status", status.output),
        ]
        #expect(try await Schemas.problems(of: documents, tool) == [])
        for line in ["forget eu-west-1 --json", "replicate --json", "adopt us-west-2 --json"] {
            let outcome = try await tool.run(line: line)
            #expect(outcome.code != 0, "\(line): \(outcome.output)")
        }
        servers[1].kill()
        let orphaned = try await tool.run(line: "verify --json")
        #expect(orphaned.code == 1, "\(orphaned.output)")
        #expect(self.problems(orphaned)?.contains("server fail us-east-1") == true)
        #expect(self.problems(orphaned)?.contains("role fail all") == true)
        #expect(orphaned.output.contains("Promote one"))
    }

    @Test func `security 1: a mistake in a URL is told without its password`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write(
            #"{"table": {"name": "notes", "partitionKey": "id"}, "regions": [{"name": "us-west-2", "#
                + #""backend": "redis://app:canary-secret-77@10.0.0.5"}]}"#,
            to: "regionkit.json"
        )
        let outcome = try await tool.run(line: "get a --json")
        #expect(outcome.code == 2)
        #expect(outcome.errorMessage?.contains("insecure") == true, "\(outcome.output)")
        #expect(!(outcome.output + outcome.errors).contains("canary"))
    }

    @Test(arguments: ["kill", "stop", "cut"])
    func `a demo loses nothing when its primary's server fails`(_ fault: String) async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let outcome = try await tool.run("demo", "--redis", fault, "--seed", "7", "--json")
        let report = try #require(outcome.document, "\(outcome.errors)")
        #expect(report["lostWrites"] as? Int == 0 && report["readErrors"] as? Int == 0)
        #expect(report["converged"] as? Bool == true)
        #expect(outcome.code == 0)
    }
}
