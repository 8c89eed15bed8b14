import Foundation
import Testing

@testable import regionctl

/// Setting up and verifying by the tool: SQLite files, and a global table on a local server.
@Suite struct SetUpToolTests {
    private static let peer = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER"]
    private static let key = ProcessInfo.processInfo.environment["REGIONKIT_DYNAMODB_PEER_KEY"] ?? "test:test"

    private func changes(_ outcome: Tool.Outcome) -> [String]? {
        (outcome.document?["changes"] as? [[String: Any]])?.map { "\($0["change"] ?? "") \($0["region"] ?? "")" }
    }

    /// Each check that is not passed: its name, outcome and region.
    private func problems(_ outcome: Tool.Outcome) -> [String]? {
        (outcome.document?["checks"] as? [[String: Any]])?.filter { $0["outcome"] as? String != "pass" }.map {
            "\($0["check"] ?? "") \($0["outcome"] ?? "") \($0["region"] as? String ?? "all")"
        }
    }

    @Test func `files are made, checked, and left alone by a second run`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let missing = try await tool.run(line: "verify --json")
        #expect(missing.code == 1)
        #expect(self.problems(missing) == ["file fail us-west-2", "file fail us-east-1"])
        #expect(!tool.exists("data"))

        let first = try await tool.run(line: "setup --json")
        #expect(first.code == 0, "\(first.errors)")
        #expect(self.changes(first) == ["createFile us-west-2", "createFile us-east-1"])
        #expect(
            (first.document?["regions"] as? [[String: Any]])?.map { $0["status"] as? String } == ["ready", "ready"]
        )
        #expect(self.changes(try await tool.run(line: "setup --json")) == [])

        let verified = try await tool.run(line: "verify --json")
        #expect(verified.code == 0 && self.problems(verified) == [])
        let names = (verified.document?["checks"] as? [[String: Any]])?.map { $0["check"] as? String }
        #expect(names == ["file", "integrity", "schema", "writes", "replication"])
        let documents = [("verify", missing.output), ("setup", first.output), ("verify", verified.output)]
        #expect(try await Schemas.problems(of: documents, tool) == [])
    }

    @Test func `a person reads a row for each check, and the fixes below`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        let outcome = try await tool.run(line: "verify")
        let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let expected = [
            "check\tregion\t\tfound", "file\tus-west-2\tfail\tthere is no file data/us-west-2.sqlite",
            "file\tus-east-1\tfail\tthere is no file data/us-east-1.sqlite", "",
            "file in us-west-2: Run `regionctl setup`, or correct the path.", "",
            "file in us-east-1: Run `regionctl setup`, or correct the path.", "", "2 failed, 0 warnings.", "",
        ]
        #expect(lines == expected)
        let setup = try await tool.run(line: "setup")
        let table = """
            region\trole\tstatus\tchanged
            us-west-2\tprimary\tready\tcreateFile
            us-east-1\treplica\tready\tcreateFile

            """
        #expect(setup.output == table)
    }

    @Test func `a region that is missing, damaged, of another table or broken fails its own checks`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "setup")
        try await tool.run(line: "fault us-east-1 read-only")
        #expect(self.problems(try await tool.run(line: "verify --json")) == ["writes fail us-east-1"])
        try await tool.run(line: "fault us-east-1 clear")
        try tool.configure(table: "\"partitionKey\": \"other\"", regions: ["us-west-2", "us-east-1"])
        let other = try await tool.run(line: "verify --json")
        #expect(other.code == 1 && self.problems(other) == ["schema fail us-west-2", "schema fail us-east-1"])
        // And a set-up leaves them as they are.
        #expect(try await tool.run(line: "setup").code == 2)
        try tool.configure(regions: ["us-west-2", "us-east-1"])
        #expect(try await tool.run(line: "verify").code == 0)
        try tool.write(String(repeating: "no database ", count: 999), to: "data/us-east-1.sqlite")
        #expect(self.problems(try await tool.run(line: "verify --json")) == ["integrity fail us-east-1"])
        try FileManager.default.removeItem(at: tool.folder.appending(path: "data/us-east-1.sqlite"))
        #expect(self.problems(try await tool.run(line: "verify --json")) == ["file fail us-east-1"])
    }

    @Test func `changes that wait for long are told`() async throws {
        let tool = try Tool.deployed()
        defer { tool.remove() }
        try await tool.run(line: "setup")
        try await tool.run(line: "fault --link us-west-2:us-east-1 cut")
        try await tool.run(["put", "k", "--item", "{}"])
        let outcome = try await tool.run(line: "verify --json")
        // It has not waited for a minute yet.
        #expect(outcome.code == 0)
        let found = (outcome.document?["checks"] as? [[String: Any]])?.last?["found"] as? String
        #expect(found?.hasSuffix("behind") == true, "\(outcome.output)")
    }

    @Test(arguments: ["setup", "verify"])
    func `regions of two kinds are refused before anything is made`(_ command: String) async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write(
            """
            {"table": {"name": "notes", "partitionKey": "id"}, "regions": [
              {"name": "us-west-2", "backend": "sqlite:data/a.sqlite"}, {"name": "us-east-1", "backend": "dynamodb:"}]}
            """,
            to: "regionkit.json"
        )
        let outcome = try await tool.run([command])
        #expect(outcome.code == 2 && outcome.errors.contains("use one kind of backend"))
        #expect(!tool.exists("data"))
    }

    @Test(.enabled(if: Self.peer != nil, "REGIONKIT_DYNAMODB_PEER names no server; Scripts/test starts one."))
    func `a global table is set up, verified, used, and left alone by a second run`() async throws {
        let peer = try #require(Self.peer)
        let tool = try Tool()
        defer { tool.remove() }
        let regions = ["us-west-2", "us-east-1", "eu-west-1"].map {
            "{\"name\": \"\($0)\", \"backend\": \"dynamodb:?endpoint=\(peer)\"}"
        }
        try tool.write(
            """
            {"table": {"name": "tool-\(UUID().uuidString)", "partitionKey": "id", "ttl": "expires",
                       "indexes": [{"name": "by-state", "partitionKey": "state"}]},
             "regions": [\(regions.joined(separator: ", "))]}
            """,
            to: "regionkit.json"
        )
        let parts = Self.key.split(separator: ":", maxSplits: 1).map(String.init)
        let environment = ["AWS_ACCESS_KEY_ID": parts[0], "AWS_SECRET_ACCESS_KEY": parts[1]]
        let missing = try await tool.run("verify", "--json", environment: environment)
        #expect(missing.code == 1)
        let tables = ["table fail us-west-2", "table fail us-east-1", "table fail eu-west-1"]
        #expect(self.problems(missing) == tables)

        let first = try await tool.run("setup", "--json", environment: environment)
        #expect(first.code == 0, "\(first.errors)")
        let all = [
            "createTable us-west-2", "addReplica us-east-1", "addReplica eu-west-1", "enableTimeToLive us-west-2",
        ]
        #expect(self.changes(first) == all)
        #expect(first.errors.contains("add the replica in us-east-1\n"))
        let second = try await tool.run("setup", environment: environment)
        let table = """
            region\trole\tstatus\tchanged
            us-west-2\tprimary\tACTIVE\t–
            us-east-1\treplica\tACTIVE\t–
            eu-west-1\treplica\tACTIVE\t–

            """
        #expect(second.output == table && second.errors.isEmpty)

        let verified = try await tool.run("verify", "--json", environment: environment)
        #expect(verified.code == 0, "\(verified.output)")
        #expect(self.problems(verified)?.allSatisfy { $0.contains(" warn ") } == true)
        let told = try await tool.run("verify", environment: environment)
        #expect(told.output.contains("aws dynamodb update-continuous-backups --region us-west-2 --cli-input-json '{"))
        #expect(told.output.contains("--endpoint-url \(peer)\n"))
        let put = try await tool.run("put", "k", "--item", "{}", "--wait-replicated", environment: environment)
        #expect(put.code == 0, "\(put.errors)")
        let documents = [("verify", missing.output), ("setup", first.output), ("verify", verified.output)]
        #expect(try await Schemas.problems(of: documents, tool) == [])
    }

    @Test func `a region without credentials fails, and says what is missing`() async throws {
        let tool = try Tool()
        defer { tool.remove() }
        try tool.write(
            """
            {"table": {"name": "notes", "partitionKey": "id"},
             "regions": [{"name": "us-west-2", "backend": "dynamodb:?endpoint=http://127.0.0.1:1"}]}
            """,
            to: "regionkit.json"
        )
        let environment = ["AWS_EC2_METADATA_DISABLED": "true", "HOME": tool.folder.path]
        let outcome = try await tool.run("verify", "--json", environment: environment)
        #expect(outcome.code == 1 && self.problems(outcome)?.first == "table fail us-west-2", "\(outcome.output)")
        let setup = try await tool.run("setup", "--json", environment: environment)
        #expect(setup.code == 3 && setup.errorCode == "accessDenied", "\(setup.output)")
    }
}
