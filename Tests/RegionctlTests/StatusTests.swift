import BackendSQLite
import Foundation
import RegionKitCore
import Testing

@Suite struct StatusTests {
    private static let configuration = """
        {"table": {"name": "worksets", "partitionKey": "workset_id"},
         "regions": [{"name": "us-west-2", "backend": "sqlite:data/us-west-2.sqlite"},
                     {"name": "us-east-1", "backend": "sqlite:data/us-east-1.sqlite"}]}
        """

    private func tool() throws -> Tool {
        let tool = try Tool()
        try tool.write(Self.configuration, to: "regionkit.json")
        return tool
    }

    private func fail(_ region: String, _ fault: SQLiteEmulation.Fault, _ tool: Tool) throws {
        let path = tool.folder.appending(path: "data/\(region).sqlite").path
        try SQLiteEmulation(fault: SQLiteEmulation.Timed(fault)).save(for: path)
    }

    private func region(_ document: [String: Any]?, _ index: Int) throws -> [String: Any] {
        let regions = try #require(document?["regions"] as? [[String: Any]])
        return regions[index]
    }

    @Test func `status tells every region in the form of the contract`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 0)
        #expect(outcome.errors.isEmpty)
        let primary = try self.region(outcome.document, 0)
        #expect(
            Set(primary.keys) == [
                "name", "role", "status", "reads", "writes", "latencyMs", "errorCount", "lastCheck", "lagMs",
                "atRisk", "isEvacuated", "isPreferred", "readShare",
            ]
        )
        #expect(primary["name"] as? String == "us-west-2")
        #expect(primary["role"] as? String == "primary")
        #expect(primary["status"] as? String == "healthy")
        #expect(primary["lagMs"] as? Double == 0)
        #expect(try #require(primary["latencyMs"] as? Double) > 0)
        #expect(try #require(primary["lastCheck"] as? Double) > 1_700_000_000_000)
        #expect(try self.region(outcome.document, 1)["role"] as? String == "replica")
        #expect(outcome.document?["active"] as? [String: String] == ["reads": "us-west-2", "writes": "us-west-2"])
    }

    @Test func `status shows an outage that another process set, and where traffic goes`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        _ = try await tool.run("status")
        try self.fail("us-west-2", .outage, tool)
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 0)
        let primary = try self.region(outcome.document, 0)
        #expect(primary["status"] as? String == "unhealthy")
        #expect(primary["errorCount"] as? Int == 3)
        #expect(primary["lagMs"] is NSNull)
        #expect(outcome.document?["active"] as? [String: String] == ["reads": "us-east-1", "writes": "us-east-1"])
    }

    @Test func `H1 a region that takes no writes still serves reads`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        _ = try await tool.run("status")
        try self.fail("us-west-2", .readOnly, tool)
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 0)
        let primary = try self.region(outcome.document, 0)
        #expect(primary["reads"] as? String == "healthy")
        #expect(primary["writes"] as? String == "unhealthy")
        #expect(
            outcome.names("notes") == [
                "us-west-2: it serves reads and takes no writes.",
                "us-west-2: read-only by hand; `regionctl fault us-west-2 clear` ends that.",
            ]
        )
        #expect(outcome.document?["active"] as? [String: String] == ["reads": "us-west-2", "writes": "us-east-1"])
    }

    @Test func `status exits with 3 when no region serves`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        _ = try await tool.run("status")
        for region in ["us-west-2", "us-east-1"] { try self.fail(region, .outage, tool) }
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 3)
        let active = outcome.document?["active"] as? [String: Any]
        #expect(active?["reads"] is NSNull)
    }

    @Test func `status shows what was decided by hand, and where traffic goes then`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let control = #"{"evacuated": ["us-west-2"], "preferred": {"region": "us-east-1"}}"#
        try tool.write(control, to: "regionkit-control.json")
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 0)
        #expect(try self.region(outcome.document, 0)["isEvacuated"] as? Bool == true)
        #expect(try self.region(outcome.document, 0)["readShare"] as? Double == 0)
        #expect(try self.region(outcome.document, 1)["isPreferred"] as? Bool == true)
        #expect(outcome.document?["active"] as? [String: String] == ["reads": "us-east-1", "writes": "us-east-1"])
        let lines = try await tool.run("status").output.split(separator: "\n")
        #expect(lines.count { $0.contains("us-west-2 is evacuated by hand") } == 1)
        #expect(lines.count { $0.contains("us-east-1 is preferred by hand") } == 1)
    }

    @Test func `status exits with 3 when every region is evacuated`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        try tool.write(#"{"evacuated": ["us-west-2", "us-east-1"]}"#, to: "regionkit-control.json")
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 3)
        let active = outcome.document?["active"] as? [String: Any]
        #expect(active?["reads"] is NSNull)
        #expect(active?["writes"] is NSNull)
    }

    @Test func `a missing configuration exits with 2 and tells how to make one`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        let outcome = try await tool.run("status")
        #expect(outcome.code == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("there is no configuration ./regionkit.json"))
        #expect(outcome.errors.contains("\"partitionKey\""))
    }

    @Test func `an error is a document too, with the field's path`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write(Self.configuration.replacing("sqlite:data", with: "sqlit:data"), to: "other.json")
        let outcome = try await tool.run("status", "--json", environment: ["REGIONKIT_CONFIG": "other.json"])
        #expect(outcome.code == 2)
        let error = try #require(outcome.document?["error"] as? [String: Any])
        #expect(error["code"] as? String == "validation")
        #expect((error["message"] as? String)?.contains("regions[0].backend") == true)
        #expect(error["region"] is NSNull)
        #expect((error["attempts"] as? [Any])?.isEmpty == true)
    }

    @Test(arguments: [
        ("mongodb://:secret@host", "found the scheme \"mongodb\"; known are dynamodb:, redis:, rediss:, sqlite:"),
        ("redis://:secret@host", "all regions of a table use one kind of backend"),
        ("sqlite:", "a path must follow"),
        ("data/x.sqlite", "found the scheme \"\""),
        ("sqlite:data/us-east-1.sqlite", "us-east-1 and us-west-2 have the same file"),
    ])
    func `a backend that cannot work is refused without its password`(_ backend: String, _ message: String) async throws
    {
        let tool = try Tool()
        defer { tool.remove() }
        let text = Self.configuration.replacing("sqlite:data/us-west-2.sqlite", with: backend)
        try tool.write(text, to: "regionkit.json")
        let outcome = try await tool.run("status")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains(message))
        #expect(!outcome.errors.contains("secret"))
    }

    /// The place from which on a file is damaged: its mark, or what follows the header.
    @Test(arguments: [0, 100])
    func `a damaged file makes its region unhealthy and leaves the others`(_ start: Int) async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        _ = try await tool.run("status")
        let file = tool.folder.appending(path: "data/us-west-2.sqlite")
        var bytes = try Data(contentsOf: file)
        bytes.replaceSubrange(start..<4096, with: repeatElement(0xFF, count: 4096 - start))
        try bytes.write(to: file)
        let outcome = try await tool.run("status", "--json")
        #expect(outcome.code == 0)
        #expect(try self.region(outcome.document, 0)["status"] as? String == "unhealthy")
        #expect(try self.region(outcome.document, 1)["status"] as? String == "healthy")
        #expect(outcome.document?["active"] as? [String: String] == ["reads": "us-east-1", "writes": "us-east-1"])
    }

    @Test func `another application's database is refused and left alone`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        try FileManager.default.createDirectory(
            at: tool.folder.appending(path: "data"),
            withIntermediateDirectories: false
        )
        try tool.write(String(repeating: "SQLite format 3\u{0}", count: 10), to: "data/us-west-2.sqlite")
        let outcome = try await tool.run("status")
        #expect(outcome.code == 2)
        #expect(outcome.errors.contains("left as it is"))
    }

    @Test func `without a terminal there is no colour and no table`() async throws {
        let tool = try self.tool()
        defer { tool.remove() }
        let outcome = try await tool.run("status")
        #expect(!outcome.output.contains("\u{1B}"))
        #expect(outcome.output.hasPrefix("region\trole\treads\twrites\t"))
        #expect(outcome.output.split(separator: "\n").count == 3)
    }
}
